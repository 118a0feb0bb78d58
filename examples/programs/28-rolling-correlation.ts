// How has the 60-day correlation of AAPL and MSFT changed over three years?
const [aapl, msft] = await Promise.all([
  yf_get_historical_stock_prices({ symbol: 'AAPL', period: '3y' }),
  yf_get_historical_stock_prices({ symbol: 'MSFT', period: '3y' }),
]);
const rows = await query(
  `WITH r AS (SELECT ticker, date, close / lag(close) OVER (PARTITION BY ticker ORDER BY date) - 1 AS ret FROM prices),
        w AS (SELECT a.date, a.ret AS x, m.ret AS y FROM r a JOIN r m USING (date) WHERE a.ticker = 'AAPL' AND m.ticker = 'MSFT' AND a.ret IS NOT NULL)
   SELECT date, CASE WHEN count(*) OVER k = 60 THEN corr(x, y) OVER k END AS correlation
   FROM w WINDOW k AS (ORDER BY date ROWS 59 PRECEDING) ORDER BY date`,
  { AAPL: aapl, MSFT: msft },
);
const s = await calculate_statistics(rows.map((r) => r.correlation));
await create_metric('Correlation now', rows.at(-1).correlation, { digits: 2, delta: rows.at(-1).correlation - s.mean, note: 'against the mean' });
await create_metric('Lowest', s.min, { digits: 2, note: rows.find((r) => r.correlation === s.min).date });
await create_metric('Highest', s.max, { digits: 2, note: rows.find((r) => r.correlation === s.max).date });
await create_chart('line', 'AAPL and MSFT, 60-day correlation of daily returns', rows, { x: 'date', y: 'correlation' });
return { mean: s.mean, nulls: s.nulls };
