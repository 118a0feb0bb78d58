// What were TSLA's best and worst months of the last five years?
const tsla = await yf_get_historical_stock_prices({ symbol: 'TSLA', period: '5y' });
const months = await query(
  `WITH m AS (
     SELECT date_trunc('month', date) AS month, last(close ORDER BY date) AS close, max(date) AS last_day
     FROM prices GROUP BY 1
   ), r AS (
     SELECT strftime(month, '%Y-%m') AS month, close, 100 * (close / lag(close) OVER (ORDER BY month) - 1) AS change FROM m
   )
   SELECT * FROM r WHERE change IS NOT NULL ORDER BY change DESC`,
  { TSLA: tsla },
);
const best = months[0];
const worst = months.at(-1);
const up = months.filter((m) => m.change > 0).length;
await create_metric('Best month', best.change, { unit: '%', note: best.month });
await create_metric('Worst month', worst.change, { unit: '%', note: worst.month });
await create_metric('Months up', (100 * up) / months.length, { unit: '%', note: `${up} of ${months.length}` });
const inOrder = [...months].sort((a, b) => (a.month < b.month ? -1 : 1));
await create_chart('column', `TSLA by month, ${inOrder[0].month} to ${inOrder.at(-1).month}`, inOrder, { x: 'month', y: 'change', unit: '%' });
await create_table('Five best and five worst months', [...months.slice(0, 5), ...months.slice(-5)], [
  { name: 'month', label: 'Month' },
  { name: 'change', label: 'Change', unit: '%', digits: 1 },
  { name: 'close', label: 'Close at its end', unit: 'USD', digits: 2 },
]);
return { best, worst, up, of: months.length };
