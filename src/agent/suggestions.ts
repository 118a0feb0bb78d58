/** Questions to begin with, as a person sees them in Slack and in the README. The offline planner answers each. */
export const SUGGESTIONS = [
  'Compare AAPL, MSFT and NVDA over the last year, indexed to 100, and rank them by volatility',
  'Which of the FAANG stocks had the best and the worst year?',
  'Show the correlation of the big tech stocks over the last two years',
  'Show the 50 and 200 day moving averages of TSLA over the last three years',
];
