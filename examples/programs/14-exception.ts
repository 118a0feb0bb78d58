// How did ORCL do in 2030?
const orcl = await yf_get_historical_stock_prices({ symbol: 'ORCL', period: '1y' });
const rows = await query("SELECT date, close FROM prices WHERE date >= '2030-01-01' ORDER BY date", { ORCL: orcl });
const change = rows.at(-1).close / rows[0].close - 1;
await create_metric('ORCL in 2030', change * 100, { unit: '%' });
return change;
