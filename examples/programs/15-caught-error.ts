// What is CSCO's Sharpe ratio, and that of cash?
const csco = await yf_get_historical_stock_prices({ symbol: 'CSCO', period: '3y' });
const rows = await query('SELECT date, close FROM prices ORDER BY date', { CSCO: csco });
const returns = await calculate_returns(rows.map((r) => r.close));
const sharpe = await sharpe_ratio(returns, 0.01);
let cash: number | null = null;
let why = '';
try {
  cash = await sharpe_ratio(returns.map(() => 0.0001));
} catch (error) {
  why = error.message;
}
await create_metric('CSCO Sharpe ratio', sharpe, { digits: 2, note: 'three years, 1% risk-free' });
await create_metric('Cash', cash ?? 'undefined', { note: 'does not vary' });
return { sharpe, cash, why };
