// Draw GOOGL's range of daily closes by month of 2022 as a box plot
const googl = await yf_get_historical_stock_prices({ symbol: 'GOOGL', start: '2022-01-01' });
const rows = await query("SELECT strftime(date, '%Y-%m') AS month, close FROM prices ORDER BY date", { GOOGL: googl });
await create_chart('spec', 'GOOGL closes by month, 2022', rows, {
  spec: {
    mark: { type: 'boxplot', extent: 'min-max' },
    encoding: {
      x: { field: 'month', type: 'ordinal', title: null },
      y: { field: 'close', type: 'quantitative', title: 'USD', scale: { zero: false } },
    },
  },
});
const s = await calculate_statistics(rows.map((r) => r.close));
await create_metric('Median close', s.median, { unit: 'USD' });
await create_metric('Highest', s.max, { unit: 'USD' });
await create_metric('Lowest', s.min, { unit: 'USD' });
return s;
