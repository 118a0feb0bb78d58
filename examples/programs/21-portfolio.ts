// What would 10,000 USD, 60% AAPL and 40% MSFT, bought three years ago, be worth, and how would its parts have moved?
const [AAPL, MSFT] = await Promise.all([
  yf_get_historical_stock_prices({ symbol: 'AAPL', period: '3y' }),
  yf_get_historical_stock_prices({ symbol: 'MSFT', period: '3y' }),
]);
const weights = [{ ticker: 'AAPL', amount: 6000 }, { ticker: 'MSFT', amount: 4000 }];
const rows = await query(
  `SELECT p.ticker, p.date, w.amount * p.close / first_value(p.close) OVER (PARTITION BY p.ticker ORDER BY p.date) AS value
   FROM prices p JOIN weights w USING (ticker) ORDER BY p.date, p.ticker`,
  { AAPL, MSFT, weights },
);
const total = new Map<string, number>();
for (const r of rows) total.set(r.date, (total.get(r.date) ?? 0) + r.value);
const values = [...total.values()];
const dates = [...total.keys()];
const end = values.at(-1);
const dd = await max_drawdown(values);
const volatility = await annualised_volatility(await calculate_returns(values));
await create_metric('Worth', end, { unit: 'USD', delta: end - 10000, note: `from 10,000 USD on ${dates[0]}` });
await create_metric('Gain', (end / 10000 - 1) * 100, { unit: '%' });
await create_metric('Volatility', volatility * 100, { unit: '%' });
await create_metric('Max drawdown', dd.drawdown * 100, { unit: '%', note: `${dates[dd.peakIndex]} to ${dates[dd.troughIndex]}` });
await create_chart('area', `10,000 USD in AAPL and MSFT, ${dates[0]} to ${dates.at(-1)}`, rows, { x: 'date', y: 'value', series: 'ticker', stacked: true, unit: 'USD' });
return { end, volatility, drawdown: dd.drawdown };
