// List the ten worst days of each of AAPL and META in the last five years, and what happened the day after
const [AAPL, META] = await Promise.all(['AAPL', 'META'].map((symbol) => yf_get_historical_stock_prices({ symbol, period: '5y' })));
const rows = await query(
  `WITH r AS (
     SELECT ticker, date, 100 * (close / lag(close) OVER w - 1) AS change, 100 * (lead(close) OVER w / close - 1) AS next
     FROM prices WINDOW w AS (PARTITION BY ticker ORDER BY date)
   )
   SELECT ticker, date, change, next FROM r WHERE change IS NOT NULL
   QUALIFY row_number() OVER (PARTITION BY ticker ORDER BY change) <= 10
   ORDER BY ticker, change`,
  { AAPL, META },
);
const rebounds = rows.filter((r) => r.next > 0).length;
await create_metric('Worst day', rows.reduce((a, b) => (a.change < b.change ? a : b)).change, { unit: '%', note: 'META or AAPL' });
await create_metric('Rose on the day after', rebounds, { note: `of ${rows.length}` });
await create_table('Ten worst days of each, five years', rows, [
  { name: 'ticker', label: 'Ticker' }, { name: 'date', label: 'Date' },
  { name: 'change', label: 'Change', unit: '%', digits: 1 }, { name: 'next', label: 'Day after', unit: '%', digits: 1 },
]);
await create_chart('bar', 'The ten worst days and the days after', rows.map((r) => ({ day: `${r.ticker} ${r.date}`, 'On the day': r.change, 'Day after': r.next })), {
  x: 'day', y: ['On the day', 'Day after'], unit: '%', horizontal: true,
});
return { rebounds, of: rows.length };
