// On which days of 2022 did IBM fall by more than 20%?
const ibm = await yf_get_historical_stock_prices({ symbol: 'IBM', start: '2021-12-31' });
const moves = `SELECT date, 100 * (close / lag(close) OVER (ORDER BY date) - 1) AS change FROM prices QUALIFY change IS NOT NULL`;
const days = await query(`SELECT * FROM (${moves}) WHERE change < -20 ORDER BY change`, { IBM: ibm });
const [worst] = await query(`SELECT * FROM (${moves}) ORDER BY change LIMIT 1`, { IBM: ibm });
await create_metric('Days with a fall above 20%', days.length, { unit: 'days', note: '2022 to 29 December' });
await create_metric('Worst day', worst.change, { unit: '%', note: worst.date });
if (days.length > 0) await create_table('Days with a fall above 20%', days);
return { days: days.length, worst };
