// Compare the yearly returns of AAPL, AMZN and META from 2018 to 2022, side by side
const tickers = ['AAPL', 'AMZN', 'META'];
const series: Record<string, string> = {};
for (const symbol of tickers) series[symbol] = await yf_get_historical_stock_prices({ symbol, start: '2017-12-29', end: '2022-12-30' });
const rows = await query(
  `WITH y AS (SELECT ticker, year(date) AS year, last(close ORDER BY date) AS close FROM prices GROUP BY ALL),
        r AS (SELECT ticker, year, 100 * (close / lag(close) OVER (PARTITION BY ticker ORDER BY year) - 1) AS change FROM y)
   SELECT * FROM r WHERE year >= 2018 ORDER BY year, ticker`,
  series,
);
await create_chart('column', 'Return by calendar year, 2018 to 2022', rows, { x: 'year', y: 'change', series: 'ticker', unit: '%' });
const wide = tickers.map((ticker) => ({ ticker, ...Object.fromEntries(rows.filter((r) => r.ticker === ticker).map((r) => [`y${r.year}`, r.change])) }));
await create_table('Return by calendar year', wide, ['ticker', ...[2018, 2019, 2020, 2021, 2022].map((y) => ({ name: `y${y}`, label: `${y}`, unit: '%', digits: 1 }))]);
const best = rows.reduce((a, b) => (b.change > a.change ? b : a));
const worst = rows.reduce((a, b) => (b.change < a.change ? b : a));
await create_metric('Best year', best.change, { unit: '%', note: `${best.ticker} ${best.year}` });
await create_metric('Worst year', worst.change, { unit: '%', note: `${worst.ticker} ${worst.year}` });
await create_metric('Spread', best.change - worst.change, { unit: 'pp' });
return { best, worst };
