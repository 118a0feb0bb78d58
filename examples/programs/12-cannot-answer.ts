// How many AAPL shares were traded last week?
// There is no volume in the price data: the program only finds that out and says so.
const aapl = await yf_get_historical_stock_prices({ symbol: 'AAPL', period: '5d' });
const [first] = await query('SELECT * FROM prices LIMIT 1', { AAPL: aapl });
return { columns: Object.keys(first), answer: 'no volume in the data' };
