// Which big tech stocks gained or lost the most in 2022?
const tickers = ['AAPL', 'ADBE', 'AMZN', 'CRM', 'CSCO', 'GOOGL', 'IBM', 'INTC', 'META', 'MSFT', 'NFLX', 'NVDA', 'ORCL', 'TSLA'];
// from the last trading day of 2021, so that the first day's move counts
const series: Record<string, string> = {};
await Promise.all(
  tickers.map(async (symbol) => {
    series[symbol] = await yf_get_historical_stock_prices({ symbol, start: '2021-12-31', end: '2022-12-31' });
  }),
);
const rows = await query(
  `SELECT ticker,
          first(close ORDER BY date) AS first_close,
          last(close ORDER BY date) AS last_close,
          100 * (last(close ORDER BY date) / first(close ORDER BY date) - 1) AS change,
          min(date) AS first_date, max(date) AS last_date
   FROM prices GROUP BY ticker ORDER BY change DESC`,
  series,
);
const best = rows[0];
const worst = rows[rows.length - 1];
await create_metric('Best', best.ticker, { delta: best.change, deltaUnit: '%', note: '2022 to 29 December' });
await create_metric('Worst', worst.ticker, { delta: worst.change, deltaUnit: '%', note: '2022 to 29 December' });
await create_metric('Gained', rows.filter((r) => r.change > 0).length, { unit: `of ${rows.length}` });
await create_chart('bar', `Change in 2022, ${best.first_date} to ${best.last_date}`, rows, { x: 'ticker', y: 'change', horizontal: true, unit: '%' });
await create_table('Change in 2022', rows, [
  { name: 'ticker', label: 'Ticker' },
  { name: 'first_close', label: 'First close', unit: 'USD', digits: 2 },
  { name: 'last_close', label: 'Last close', unit: 'USD', digits: 2 },
  { name: 'change', label: 'Change', unit: '%', digits: 1 },
]);
return { best: best.ticker, bestChange: best.change, worst: worst.ticker, worstChange: worst.change };
