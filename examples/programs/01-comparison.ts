// Compare AAPL, MSFT and NVDA over the last year, indexed to 100, and rank them by volatility
const tickers = ['AAPL', 'MSFT', 'NVDA'];
const fetched = await Promise.all(
  tickers.map((symbol) => yf_get_historical_stock_prices({ symbol, period: '1y' })),
);
const series = Object.fromEntries(tickers.map((ticker, i) => [ticker, fetched[i]]));
const rows = await query(
  `SELECT date, ticker, close,
          100 * close / first_value(close) OVER (PARTITION BY ticker ORDER BY date) AS indexed
   FROM prices ORDER BY ticker, date`,
  series,
);
const ranking = await Promise.all(
  tickers.map(async (ticker) => {
    const own = rows.filter((row) => row.ticker === ticker);
    const closes = own.map((row) => row.close);
    const volatility = await annualised_volatility(await calculate_returns(closes));
    const { drawdown } = await max_drawdown(closes);
    return { ticker, volatility: volatility * 100, change: own.at(-1).indexed - 100, drawdown: drawdown * 100 };
  }),
);
ranking.sort((a, b) => b.volatility - a.volatility);
for (const r of ranking) {
  await create_metric(`${r.ticker} volatility`, r.volatility, { unit: '%', note: 'daily returns, annualised' });
}
await create_chart('line', `AAPL, MSFT and NVDA, ${rows[0].date} to ${rows.at(-1).date}, indexed to 100`, rows, {
  x: 'date', y: 'indexed', series: 'ticker', subtitle: 'Closing prices, first day = 100',
});
await create_table('By volatility', ranking, [
  'ticker',
  { name: 'volatility', label: 'Volatility', unit: '%', digits: 1 },
  { name: 'change', label: 'Change', unit: '%', digits: 1 },
  { name: 'drawdown', label: 'Max drawdown', unit: '%', digits: 1 },
]);
return ranking;
