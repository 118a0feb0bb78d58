// Show AAPL's monthly returns as a calendar, since 2018
const aapl = await yf_get_historical_stock_prices({ symbol: 'AAPL', start: '2017-12-01' });
const rows = await query(
  `WITH m AS (SELECT date_trunc('month', date) AS m, arg_max(close, date) AS close FROM prices GROUP BY 1),
        r AS (SELECT m, 100 * (close / lag(close) OVER (ORDER BY m) - 1) AS change FROM m)
   SELECT year(m) AS year, strftime(m, '%b') AS month, month(m) AS nr, change FROM r WHERE year(m) >= 2018 ORDER BY m`,
  { AAPL: aapl },
);
await create_chart('heatmap', 'AAPL, return by month, 2018 to 2022', rows, { x: 'month', y: 'year', value: 'change', unit: '%' });
const years = await query(
  `WITH y AS (SELECT year(date) AS year, arg_max(close, date) AS close FROM prices GROUP BY 1)
   SELECT year, 100 * (close / lag(close) OVER (ORDER BY year) - 1) AS change FROM y QUALIFY change IS NOT NULL ORDER BY year`,
  { AAPL: aapl },
);
for (const y of years) await create_metric(`AAPL ${y.year}`, y.change, { unit: '%' });
return years;
