// Plot risk against return for all the stocks you have over three years
const tickers = ['AAPL', 'ADBE', 'AMZN', 'CRM', 'CSCO', 'GOOGL', 'IBM', 'INTC', 'META', 'MSFT', 'NFLX', 'NVDA', 'ORCL', 'TSLA'];
const data = await Promise.all(tickers.map((symbol) => yf_get_historical_stock_prices({ symbol, period: '3y' })));
const rows = await query(
  `WITH r AS (SELECT ticker, date, close, close / lag(close) OVER (PARTITION BY ticker ORDER BY date) - 1 AS ret FROM prices)
   SELECT ticker,
          100 * stddev_samp(ret) * sqrt(252) AS vol,
          100 * (power(last(close ORDER BY date) / first(close ORDER BY date), 365.25 / date_diff('day', min(date), max(date))) - 1) AS ret
   FROM r GROUP BY ticker ORDER BY ret DESC`,
  Object.fromEntries(tickers.map((t, i) => [t, data[i]])),
);
await create_metric('Highest return', rows[0].ret, { unit: '%', note: `${rows[0].ticker}, a year` });
const calmest = [...rows].sort((a, b) => a.vol - b.vol)[0];
await create_metric('Lowest volatility', calmest.vol, { unit: '%', note: calmest.ticker });
const efficient = [...rows].sort((a, b) => b.ret / b.vol - a.ret / a.vol)[0];
await create_metric('Most return per risk', efficient.ret / efficient.vol, { digits: 2, note: efficient.ticker });
await create_chart('scatter', 'Risk and return, three years to 29 December 2022', rows, {
  x: 'vol', y: 'ret', series: 'ticker', unit: '%', xUnit: '%', xLabel: 'Volatility, annualised', yLabel: 'Return a year',
});
return rows.slice(0, 3);
