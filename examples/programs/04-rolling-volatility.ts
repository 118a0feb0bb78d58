// How has the 30-day volatility of NVDA and AAPL moved over the last two years?
const [NVDA, AAPL] = await Promise.all(
  ['NVDA', 'AAPL'].map((symbol) => yf_get_historical_stock_prices({ symbol, period: '2y' })),
);
const rows = await query(
  `WITH r AS (
     SELECT ticker, date, close / lag(close) OVER (PARTITION BY ticker ORDER BY date) - 1 AS ret FROM prices
   ), v AS (
     SELECT ticker, date,
            100 * sqrt(252) * stddev_samp(ret) OVER w AS volatility,
            count(ret) OVER w AS n
     FROM r WINDOW w AS (PARTITION BY ticker ORDER BY date ROWS BETWEEN 29 PRECEDING AND CURRENT ROW)
   )
   SELECT ticker, date, volatility FROM v WHERE n = 30 ORDER BY date, ticker`,
  { NVDA, AAPL },
);
const result = [];
for (const ticker of ['NVDA', 'AAPL']) {
  const own = rows.filter((row) => row.ticker === ticker);
  const now = own.at(-1);
  const peak = own.reduce((a, b) => (b.volatility > a.volatility ? b : a));
  const { mean } = await calculate_statistics(own.map((row) => row.volatility));
  await create_metric(`${ticker} volatility now`, now.volatility, { unit: '%', delta: now.volatility - mean, deltaUnit: 'pp', note: `against its two-year mean; peak ${peak.date}` });
  result.push({ ticker, now: now.volatility, mean, peak: peak.volatility, peakDate: peak.date });
}
await create_chart('line', `30-day volatility of NVDA and AAPL, ${rows[0].date} to ${rows.at(-1).date}`, rows, {
  x: 'date', y: 'volatility', series: 'ticker', unit: '%', subtitle: 'Daily returns, annualised',
});
return result;
