// Show the correlation matrix of daily returns of AAPL, MSFT, GOOGL, AMZN, META, NVDA and TSLA over two years
const tickers = ['AAPL', 'MSFT', 'GOOGL', 'AMZN', 'META', 'NVDA', 'TSLA'];
const data = await Promise.all(tickers.map((symbol) => yf_get_historical_stock_prices({ symbol, period: '2y' })));
const series = Object.fromEntries(tickers.map((t, i) => [t, data[i]]));
const matrix = await query(
  `WITH r AS (
     SELECT ticker, date, close / lag(close) OVER (PARTITION BY ticker ORDER BY date) - 1 AS ret FROM prices
   )
   SELECT x.ticker AS a, y.ticker AS b, corr(x.ret, y.ret) AS corr, count(*) AS days
   FROM r x JOIN r y USING (date)
   WHERE x.ret IS NOT NULL AND y.ret IS NOT NULL
   GROUP BY ALL ORDER BY a, b`,
  series,
);
const pairs = matrix.filter((row) => row.a < row.b).sort((p, q) => q.corr - p.corr);
const mean = (await calculate_statistics(pairs.map((p) => p.corr))).mean;
const high = pairs[0];
const low = pairs.at(-1);
await create_metric('Most alike', `${high.a} and ${high.b}`, { note: `correlation ${high.corr.toFixed(2)}` });
await create_metric('Least alike', `${low.a} and ${low.b}`, { note: `correlation ${low.corr.toFixed(2)}` });
await create_metric('Average correlation', mean, { digits: 2, note: `${pairs.length} pairs, ${high.days} days` });
await create_chart('heatmap', 'Correlation of daily returns, two years to 29 December 2022', matrix, { x: 'a', y: 'b', value: 'corr' });
return { high, low, mean };
