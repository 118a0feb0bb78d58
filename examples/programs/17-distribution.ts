// How are TSLA's daily returns distributed?
const tsla = await yf_get_historical_stock_prices({ symbol: 'TSLA', period: '5y' });
const rows = await query('SELECT date, close FROM prices ORDER BY date', { TSLA: tsla });
const returns = (await calculate_returns(rows.map((r) => r.close))).map((r) => r * 100);
const s = await calculate_statistics(returns);
const worst = returns.indexOf(s.min);
await create_metric('Mean day', s.mean, { unit: '%', digits: 2 });
await create_metric('Standard deviation', s.standardDeviation, { unit: '%', digits: 2, note: 'daily' });
await create_metric('Worst day', s.min, { unit: '%', note: rows[worst + 1].date });
await create_metric('Days beyond 5%', returns.filter((r) => Math.abs(r) > 5).length, { unit: 'days', note: `of ${s.count}` });
await create_chart('histogram', `TSLA daily returns, ${rows[0].date} to ${rows.at(-1).date}`, returns, { bins: 60, xUnit: '%', xLabel: 'Daily return' });
return s;
