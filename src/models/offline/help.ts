/** What the planner says when it cannot answer. Plain lines: what is missing, what works, how to get more. */
import { KNOWN } from './tickers.ts';

const LABEL = '(offline planner, no model)';

/** A whole sentence; every answer says where it comes from. */
export function labelled(line: string): string {
  const text = line.trim();
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)} ${LABEL}`;
}

const KEY = 'For any other question set ANTHROPIC_API_KEY.';

export const notUnderstood = () => `I did not understand that. ${capabilities()}`;

export const capabilities = () =>
  `No model is configured, so I only know closing prices of ${KNOWN.join(', ')}: compare, rank, index to 100, volatility, correlation, moving averages, drawdown, returns per month or year, highest and lowest. Try "Compare AAPL, MSFT and NVDA over the last year, indexed to 100, and rank them by volatility", "Correlation of FAANG since 2020" or "50 and 200 day moving averages of Tesla over two years". ${KEY}`;

export const beyondPrices = (what: string) =>
  `No model is configured, and from closing prices alone I cannot answer a question about "${what}". Try "Rank big tech by return this year", "Drawdown of Netflix since 2019" or "Monthly returns of Apple over two years". ${KEY}`;

export const unknownTickers = (unknown: string[]) =>
  `I do not know ${list(unknown)}. I know ${KNOWN.join(', ')}. ${KEY}`;

export const needsTwo = (symbol: string) =>
  `A correlation needs two series: name another beside ${symbol}, for example "correlation of ${symbol} and ${symbol === 'MSFT' ? 'AAPL' : 'MSFT'}".`;

export const noSuchChart = (chart: string) =>
  chart === 'pie'
    ? 'A pie shows parts of a whole, and closing prices have none. Try "as a bar chart" or "as a line chart".'
    : 'A candlestick needs opening, high and low prices, and I have closing prices only. Try "as a line chart".';

export const nothingLeft = () => 'That would leave no ticker to show. Name at least one to keep.';

export const cannotReadFiles = () =>
  `I cannot read attached files: no model is configured. ${KEY} Then ask again, or ask me about prices without the file, for example "Compare Apple and Microsoft since 2020".`;

export const programFailed = (reason: string) =>
  `I could not finish this: ${reason} I do not try again on my own; ask for another period or other tickers.`;

function list(names: string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
