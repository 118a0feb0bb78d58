// Compare AAPL with ZZZZ
const [aapl, zzzz] = await Promise.all([
  yf_get_historical_stock_prices({ symbol: 'AAPL', period: '1y' }),
  yf_get_historical_stock_prices({ symbol: 'ZZZZ', period: '1y' }),
]);
const rows = await query('SELECT ticker, date, close FROM prices ORDER BY date', { AAPL: aapl, ZZZZ: zzzz });
await create_chart('line', 'AAPL and ZZZZ', rows, { unit: 'USD' });
return rows.length;
