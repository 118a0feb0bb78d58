/** Questions to begin with, the same in Slack's manifest, the bot and the README. The offline planner answers each. */
export const SUGGESTIONS = [
  'Compare AAPL, MSFT and NVDA over the last year, indexed to 100, and rank them by volatility',
  'Which of the big tech stocks rose most and which fell most in the last six months?',
  'What was the largest drawdown of each FAANG stock over five years?',
  'How correlated are the daily returns of the big tech stocks over the last year?',
];
