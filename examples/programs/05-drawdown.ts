// How deep did META fall from its peak, and has it recovered?
const prices = await yf_get_historical_stock_prices({ symbol: 'META', period: '5y' });
const rows = await query(
  `SELECT date, close, 100 * (close / max(close) OVER (ORDER BY date) - 1) AS drawdown FROM prices ORDER BY date`,
  { META: prices },
);
const closes = rows.map((r) => r.close as number);
const { drawdown, peakIndex, troughIndex } = await max_drawdown(closes);
const peak = rows[peakIndex];
const trough = rows[troughIndex];
const last = rows.at(-1);
const recoveredOn = rows.slice(troughIndex).find((r) => r.close >= peak.close)?.date ?? null;
await create_metric('Maximum drawdown', drawdown * 100, { unit: '%', note: `${peak.date} to ${trough.date}` });
await create_metric('Peak close', peak.close, { unit: 'USD', note: peak.date });
await create_metric('Last close', last.close, { unit: 'USD', delta: (last.close / peak.close - 1) * 100, deltaUnit: '%', note: 'against the peak' });
await create_metric('Recovered', recoveredOn ?? 'not yet');
await create_chart('area', `META below its running peak, ${rows[0].date} to ${last.date}`, rows, { x: 'date', y: 'drawdown', unit: '%' });
return { drawdown, from: peak.date, to: trough.date, recoveredOn };
