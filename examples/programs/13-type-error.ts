// How did NVDA do this year? (the program has a type error)
const nvda = await yf_get_historical_stock_prices({ ticker: 'NVDA', period: 'ytd' });
const rows = await query('SELECT date, close FROM prices ORDER BY date', { NVDA: nvda });
await create_chart('line', 'NVDA this year', rows, { unit: 'USD' });
return rows.length;
