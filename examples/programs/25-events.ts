// What did INTC close at on 2022-07-04, 2022-10-01 and 2022-12-25, and ten trading days later?
const intc = await yf_get_historical_stock_prices({ symbol: 'INTC', period: '1y' });
const events = [{ day: '2022-07-04' }, { day: '2022-10-01' }, { day: '2022-12-25' }];
const rows = await query(
  `WITH p AS (SELECT date, close, lead(close, 10) OVER (ORDER BY date) AS later FROM prices)
   SELECT e.day, p.date AS trading_day, p.close, p.later, 100 * (p.later / p.close - 1) AS change
   FROM events e ASOF JOIN p ON p.date <= e.day::DATE ORDER BY e.day`,
  { INTC: intc, events },
);
await create_table('INTC around the three days', rows, [
  { name: 'day', label: 'Asked for' },
  { name: 'trading_day', label: 'Trading day' },
  { name: 'close', label: 'Close', unit: 'USD', digits: 2 },
  { name: 'later', label: 'Ten days later', unit: 'USD', digits: 2 },
  { name: 'change', label: 'Change', unit: '%', digits: 1 },
]);
return rows;
