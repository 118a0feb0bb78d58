// Is there a seasonal pattern in AMZN's returns over ten years?
const amzn = await yf_get_historical_stock_prices({ symbol: 'AMZN', period: '10y', interval: 'month' });
const rows = await query(
  `WITH r AS (
     SELECT date, close / lag(close) OVER (ORDER BY date) - 1 AS ret FROM prices
   )
   SELECT month(date) AS month, strftime(min(date), '%b') AS name,
          100 * avg(ret) AS mean, 100 * median(ret) AS median,
          100 * avg(CASE WHEN ret > 0 THEN 1 ELSE 0 END) AS hit_rate, count(*) AS years
   FROM r WHERE ret IS NOT NULL GROUP BY month(date) ORDER BY month`,
  { AMZN: amzn },
);
const sorted = [...rows].sort((a, b) => b.mean - a.mean);
await create_metric('Best calendar month', sorted[0].name, { delta: sorted[0].mean, deltaUnit: '%', note: `mean of ${sorted[0].years} years` });
await create_metric('Worst calendar month', sorted.at(-1).name, { delta: sorted.at(-1).mean, deltaUnit: '%', note: `mean of ${sorted.at(-1).years} years` });
await create_metric('Months with a mean above 0', rows.filter((r) => r.mean > 0).length, { unit: 'of 12' });
await create_chart('bar', 'AMZN, mean return by calendar month, ten years to December 2022', rows, { x: 'name', y: 'mean', unit: '%' });
await create_table('By calendar month', rows, [
  { name: 'name', label: 'Month' },
  { name: 'mean', label: 'Mean', unit: '%', digits: 1 },
  { name: 'median', label: 'Median', unit: '%', digits: 1 },
  { name: 'hit_rate', label: 'Share of years up', unit: '%', digits: 0 },
  { name: 'years', label: 'Years' },
]);
return { best: sorted[0], worst: sorted.at(-1) };
