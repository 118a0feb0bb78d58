// Is MSFT above its 200-day average? When did the 50-day average last cross it?
const msft = await yf_get_historical_stock_prices({ symbol: 'MSFT', period: '2y' });
const rows = await query('SELECT date, close FROM prices ORDER BY date', { MSFT: msft });
const closes = rows.map((r) => r.close);
const [short, long] = await Promise.all([moving_average(closes, 50), moving_average(closes, 200)]);
let cross = null;
for (let i = 200; i < closes.length; i++) {
  const before = short[i - 1] - long[i - 1];
  const now = short[i] - long[i];
  if (before * now < 0) cross = { date: rows[i].date, kind: now > 0 ? 'golden cross' : 'death cross' };
}
const last = closes.length - 1;
await create_metric('MSFT', closes[last], { unit: 'USD', delta: (closes[last] / long[last] - 1) * 100, deltaUnit: '%', note: 'against the 200-day average' });
await create_metric('50-day average', short[last], { unit: 'USD' });
await create_metric('200-day average', long[last], { unit: 'USD' });
await create_metric('Last cross', cross?.date ?? 'none', { note: cross?.kind });
await create_chart('line', 'MSFT with its 50- and 200-day averages, two years', rows.map((r, i) => ({ date: r.date, MSFT: r.close, '50 days': short[i], '200 days': long[i] })), {
  x: 'date', y: ['MSFT', '50 days', '200 days'], unit: 'USD',
});
return { above: closes[last] > long[last], cross };
