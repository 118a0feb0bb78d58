// What is NVDA's beta against an equally weighted basket of the other big tech stocks, last two years?
const others = ['AAPL', 'MSFT', 'GOOGL', 'AMZN', 'META', 'TSLA'];
const all = ['NVDA', ...others];
const data = await Promise.all(all.map((symbol) => yf_get_historical_stock_prices({ symbol, period: '2y' })));
const rows = await query(
  `WITH r AS (SELECT ticker, date, close / lag(close) OVER (PARTITION BY ticker ORDER BY date) - 1 AS ret FROM prices)
   SELECT date, 100 * max(ret) FILTER (ticker = 'NVDA') AS nvda, 100 * avg(ret) FILTER (ticker <> 'NVDA') AS basket
   FROM r WHERE ret IS NOT NULL GROUP BY date HAVING count(*) = ${all.length} ORDER BY date`,
  Object.fromEntries(all.map((t, i) => [t, data[i]])),
);
const nvda = rows.map((r) => r.nvda);
const basket = rows.map((r) => r.basket);
const [b, c] = await Promise.all([beta(nvda, basket), correlation(nvda, basket)]);
await create_metric('Beta', b, { digits: 2, note: `NVDA against ${others.length} stocks, ${rows.length} days` });
await create_metric('Correlation', c, { digits: 2 });
await create_metric('R squared', c * c * 100, { unit: '%' });
await create_chart('scatter', 'Daily returns of NVDA against the basket', rows, { x: 'basket', y: 'nvda', unit: '%', xUnit: '%', xLabel: 'Basket', yLabel: 'NVDA' });
return { beta: b, correlation: c };
