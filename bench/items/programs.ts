/** The same two programs for every sandbox, in its language, and the tools they call. */
import { priceSeries, prices, priceText } from '../harness/data.ts';
import type { Tools } from '../peers/peer.ts';

/** A typical answer: three series of 250 prices, one query, a loop, two metrics, a chart, a table. */
export const REALISTIC = {
  javascript: `
const symbols = ['T000', 'T001', 'T002'];
const texts = await Promise.all(symbols.map((symbol) => fetch_prices({ symbol, period: '1y' })));
const rows = await query(
  'SELECT ticker, date, close FROM prices ORDER BY ticker, date',
  { T000: texts[0], T001: texts[1], T002: texts[2] },
);
const groups = {};
for (const row of rows) (groups[row.ticker] ??= []).push(row);
const indexed = [];
const ranking = [];
for (const ticker of symbols) {
  const points = groups[ticker];
  const returns = [];
  for (let i = 0; i < points.length; i++) {
    indexed.push({ ticker, date: points[i].date, indexed: (points[i].close / points[0].close) * 100 });
    if (i > 0) returns.push(points[i].close / points[i - 1].close - 1);
  }
  let sum = 0;
  for (const value of returns) sum += value;
  const mean = sum / returns.length;
  let squares = 0;
  for (const value of returns) squares += (value - mean) ** 2;
  const volatility = (squares / (returns.length - 1)) ** 0.5 * 252 ** 0.5 * 100;
  ranking.push({ ticker, volatility, change: indexed[indexed.length - 1].indexed - 100 });
}
ranking.sort((a, b) => b.volatility - a.volatility);
await create_metric('Most volatile', ranking[0].ticker);
await create_metric('Volatility', ranking[0].volatility, { unit: '%' });
await create_chart('line', 'Indexed to 100', indexed, { x: 'date', y: 'indexed', series: 'ticker' });
await create_table('Ranking', ranking);
return ranking;`,
  python: `
symbols = ['T000', 'T001', 'T002']
texts = [fetch_prices({'symbol': symbol, 'period': '1y'}) for symbol in symbols]
rows = query(
    'SELECT ticker, date, close FROM prices ORDER BY ticker, date',
    {'T000': texts[0], 'T001': texts[1], 'T002': texts[2]},
)
groups = {}
for row in rows:
    ticker = row['ticker']
    if ticker not in groups:
        groups[ticker] = []
    groups[ticker].append(row)
indexed = []
ranking = []
for ticker in symbols:
    points = groups[ticker]
    returns = []
    for i in range(len(points)):
        indexed.append({'ticker': ticker, 'date': points[i]['date'], 'indexed': points[i]['close'] / points[0]['close'] * 100})
        if i > 0:
            returns.append(points[i]['close'] / points[i - 1]['close'] - 1)
    total = 0.0
    for value in returns:
        total += value
    mean = total / len(returns)
    squares = 0.0
    for value in returns:
        squares += (value - mean) ** 2
    volatility = (squares / (len(returns) - 1)) ** 0.5 * 252 ** 0.5 * 100
    ranking.append({'ticker': ticker, 'volatility': volatility, 'change': indexed[-1]['indexed'] - 100})
ranking = sorted(ranking, key=lambda row: -row['volatility'])
create_metric('Most volatile', ranking[0]['ticker'])
create_metric('Volatility', ranking[0]['volatility'], {'unit': '%'})
create_chart('line', 'Indexed to 100', indexed, {'x': 'date', 'y': 'indexed', 'series': 'ticker'})
create_table('Ranking', ranking)
ranking`,
};

/** Ten tools at once, as far as the sandbox can. */
export const PARALLEL = {
  javascript: `return await Promise.all([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => wait(n)));`,
  python: `[wait(n) for n in range(10)]`,
};

const ROWS = 250;

/** Tools that answer at once, with values made beforehand. */
export function instantTools(): Tools {
  const series = priceSeries(3, ROWS);
  const rows = Object.keys(series).flatMap((ticker, variant) =>
    prices(ROWS, variant).map(([ms, close]) => ({
      ticker,
      date: new Date(ms).toISOString().slice(0, 10),
      close,
    })),
  );
  const confirm = async () => 'added';
  return {
    fetch_prices: async (options) => series[(options as { symbol: string }).symbol] ?? priceText(ROWS, 0),
    query: async () => rows,
    create_metric: confirm,
    create_chart: confirm,
    create_table: confirm,
  };
}
