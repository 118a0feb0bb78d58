// Compare AAPL, MSFT and ZZZZ over six months
const wanted = ['AAPL', 'MSFT', 'ZZZZ'];
const missing: string[] = [];
const series: Record<string, string> = {};
await Promise.all(
  wanted.map(async (symbol) => {
    try {
      series[symbol] = await yf_get_historical_stock_prices({ symbol, period: '6mo' });
    } catch (error) {
      console.log(symbol, error.message);
      missing.push(symbol);
    }
  }),
);
const rows = await query(
  `SELECT ticker, date, 100 * close / first_value(close) OVER (PARTITION BY ticker ORDER BY date) AS indexed
   FROM prices ORDER BY date, ticker`,
  series,
);
for (const ticker of Object.keys(series).sort()) {
  const last = rows.filter((r) => r.ticker === ticker).at(-1);
  await create_metric(ticker, last.indexed - 100, { unit: '%', note: 'six months' });
}
if (missing.length > 0) await create_metric('No data for', missing.join(', '));
await create_chart('line', `${Object.keys(series).sort().join(' and ')}, six months, indexed to 100`, rows, { x: 'date', y: 'indexed', series: 'ticker' });
return { missing };
