// Show the whole history of NVDA, AAPL and IBM on a logarithmic scale
const tickers = ['NVDA', 'AAPL', 'IBM'];
const data = await Promise.all(tickers.map((symbol) => yf_get_historical_stock_prices({ symbol, period: 'max', interval: 'week' })));
const series = Object.fromEntries(tickers.map((t, i) => [t, data[i]]));
const rows = await query('PIVOT prices ON ticker IN (\'NVDA\', \'AAPL\', \'IBM\') USING first(close) GROUP BY date ORDER BY date', series);
const full = rows.filter((r) => r.NVDA != null && r.AAPL != null && r.IBM != null);
for (const t of tickers) await create_metric(t, full.at(-1)[t] / full[0][t], { unit: 'x', note: `since ${full[0].date}` });
await create_chart('line', `NVDA, AAPL and IBM since ${full[0].date}`, full, { x: 'date', y: tickers, unit: 'USD', log: true, subtitle: 'Weekly closes, logarithmic' });
return { first: full[0], last: full.at(-1) };
