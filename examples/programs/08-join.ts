// What are our open positions worth today, and what did each gain?
const { positions } = await desk_list_positions({ book: 'tech' });
const tickers = [...new Set(positions.map((p) => p.ticker))];
const closes = await Promise.all(tickers.map((symbol) => yf_get_historical_stock_prices({ symbol, period: '2y' })));
const series = Object.fromEntries(tickers.map((t, i) => [t, closes[i]]));
const rows = await query(
  `WITH today AS (SELECT ticker, arg_max(close, date) AS close, max(date) AS date FROM prices GROUP BY ticker)
   SELECT p.ticker, p.quantity, p.bought, bought_on.close AS cost, today.close AS price,
          p.quantity * today.close AS value, p.quantity * (today.close - bought_on.close) AS gain,
          100 * (today.close / bought_on.close - 1) AS gain_percent
   FROM positions p
   JOIN today ON today.ticker = p.ticker
   ASOF JOIN prices bought_on ON bought_on.ticker = p.ticker AND bought_on.date <= CAST(p.bought AS DATE)
   ORDER BY value DESC`,
  { ...series, positions },
);
const value = rows.reduce((sum, r) => sum + r.value, 0);
const gain = rows.reduce((sum, r) => sum + r.gain, 0);
await create_metric('Value', value, { unit: 'USD', delta: gain, deltaUnit: 'USD', note: 'since bought' });
await create_metric('Gain', (100 * gain) / (value - gain), { unit: '%' });
await create_chart('donut', 'Value by position, 29 December 2022', rows, { series: 'ticker', value: 'value', unit: 'USD' });
await create_table('Positions', rows, [
  'ticker', 'quantity', 'bought',
  { name: 'cost', label: 'Cost', unit: 'USD', digits: 2 },
  { name: 'price', label: 'Price', unit: 'USD', digits: 2 },
  { name: 'value', label: 'Value', unit: 'USD', digits: 0 },
  { name: 'gain', label: 'Gain', unit: 'USD', digits: 0 },
  { name: 'gain_percent', label: 'Gain', unit: '%', digits: 1 },
]);
return { value, gain };
