// Show NFLX as weekly candles over the last six months
const nflx = await yf_get_historical_stock_prices({ symbol: 'NFLX', period: '6mo' });
// only closes are known: each candle is made of the daily closes of its week
const weeks = await query(
  `SELECT date_trunc('week', date) AS date, first(close ORDER BY date) AS open, max(close) AS high, min(close) AS low,
          last(close ORDER BY date) AS close
   FROM prices GROUP BY 1 ORDER BY 1`,
  { NFLX: nflx },
);
const up = weeks.filter((w) => w.close >= w.open).length;
await create_metric('Last close', weeks.at(-1).close, { unit: 'USD' });
await create_metric('Weeks up', up, { note: `of ${weeks.length}` });
await create_chart('candlestick', `NFLX by week, from ${weeks[0].date}`, weeks, { unit: 'USD', subtitle: 'From daily closes: no intraday highs and lows' });
return { up, of: weeks.length };
