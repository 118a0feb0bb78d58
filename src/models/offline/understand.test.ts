import { stripTypeScriptTypes } from 'node:module';
import { describe, expect, it } from 'vitest';
import { type Plan, planOf, planSchema } from './plan.ts';
import { writeProgram } from './program.ts';
import { KNOWN } from './tickers.ts';
import { understand } from './understand.ts';

const TODAY = '2022-12-29';
const FAANG = ['META', 'AAPL', 'AMZN', 'NFLX', 'GOOGL'];

function plan(question: string, before: Plan | null = null): Plan {
  const understood = understand(question, before, TODAY);
  if ('line' in understood) throw new Error(understood.line);
  return understood.plan;
}

function line(question: string, before: Plan | null = null): string {
  const understood = understand(question, before, TODAY);
  return 'line' in understood ? understood.line : `a plan: ${JSON.stringify(understood.plan)}`;
}

/** What a question alone becomes; only the named parts are compared, but for views, which must be exact. */
const QUESTIONS: [string, Partial<Plan>][] = [
  [
    'Compare AAPL, MSFT and NVDA over the last year, indexed to 100, and rank them by volatility',
    { symbols: ['AAPL', 'MSFT', 'NVDA'], period: { span: '1y' }, views: ['indexed'], rank: 'volatility' },
  ],
  ['Compare Apple and Microsoft', { symbols: ['AAPL', 'MSFT'], period: { span: '1y' }, views: ['indexed'] }],
  [
    'compare apple, google and amazon over five years',
    { symbols: ['AAPL', 'GOOGL', 'AMZN'], period: { span: '5y' }, views: ['indexed'] },
  ],
  ['AAPL vs MSFT', { symbols: ['AAPL', 'MSFT'], views: ['indexed'] }],
  [
    'aapl versus tsla since 2015',
    { symbols: ['AAPL', 'TSLA'], period: { start: '2015-01-01' }, views: ['indexed'] },
  ],
  [
    'How did Facebook do against Alphabet in 2020?',
    { symbols: ['META', 'GOOGL'], period: { start: '2020-01-01', end: '2020-12-31' }, views: ['indexed'] },
  ],
  [
    'FAANG indexed to 100 since March 2020',
    { symbols: FAANG, period: { start: '2020-03-01' }, views: ['indexed'] },
  ],
  [
    'Normalise Netflix and Tesla over two years',
    { symbols: ['NFLX', 'TSLA'], period: { span: '2y' }, views: ['indexed'] },
  ],
  [
    'Plot the growth of $100 in Nvidia over 10 years',
    { symbols: ['NVDA'], period: { span: '10y' }, views: ['indexed'] },
  ],
  [
    'Rank FAANG by return this year',
    { symbols: FAANG, period: { span: 'ytd' }, views: ['ranking'], rank: 'return' },
  ],
  ['Rank all stocks by volatility', { symbols: KNOWN, views: ['ranking'], rank: 'volatility' }],
  [
    'Which big tech stock did best this year?',
    { symbols: KNOWN, period: { span: 'ytd' }, views: ['ranking'], rank: 'return', ascending: false },
  ],
  [
    'worst performing tech stocks of the last 6 months',
    { symbols: KNOWN, period: { span: '6mo' }, views: ['ranking'], rank: 'return', ascending: true },
  ],
  [
    'Which of the big tech stocks rose most and which fell most in the last six months?',
    { symbols: KNOWN, period: { span: '6mo' }, views: ['ranking'], rank: 'return', ascending: false },
  ],
  [
    'How correlated are the daily returns of the big tech stocks over the last year?',
    { symbols: KNOWN, period: { span: '1y' }, views: ['correlation'] },
  ],
  [
    'Top 3 of big tech by Sharpe ratio over 3 years',
    { symbols: KNOWN, period: { span: '3y' }, views: ['ranking'], rank: 'sharpe', top: 3 },
  ],
  [
    'Which stocks are the most volatile?',
    { symbols: KNOWN, views: ['ranking'], rank: 'volatility', ascending: false },
  ],
  [
    'Which is the calmest of MAMAA?',
    {
      symbols: ['META', 'AAPL', 'MSFT', 'AMZN', 'GOOGL'],
      views: ['ranking'],
      rank: 'volatility',
      ascending: true,
    },
  ],
  [
    'rank the magnificent seven by max drawdown over five years',
    {
      symbols: ['AAPL', 'MSFT', 'GOOGL', 'AMZN', 'NVDA', 'META', 'TSLA'],
      views: ['ranking'],
      rank: 'drawdown',
    },
  ],
  [
    'best and worst of FAANG last month',
    { symbols: FAANG, period: { span: '1mo' }, views: ['ranking'], rank: 'return' },
  ],
  [
    'Compare the volatility of Intel and Nvidia',
    { symbols: ['INTC', 'NVDA'], views: ['indexed'], rank: 'volatility' },
  ],
  ['volatility of Tesla over 2 years', { symbols: ['TSLA'], period: { span: '2y' }, views: ['volatility'] }],
  ['How volatile is Netflix?', { symbols: ['NFLX'], views: ['volatility'] }],
  [
    '30-day rolling volatility of AAPL and MSFT in the last 18 months',
    { symbols: ['AAPL', 'MSFT'], period: { span: '18mo' }, views: ['volatility'], windows: [30] },
  ],
  [
    'rolling 60 day volatility of IBM since 2019',
    { symbols: ['IBM'], period: { start: '2019-01-01' }, views: ['volatility'], windows: [60] },
  ],
  ['Correlation between Apple and Microsoft', { symbols: ['AAPL', 'MSFT'], views: ['correlation'] }],
  [
    'correlation matrix of FAANG since 2020',
    { symbols: FAANG, period: { start: '2020-01-01' }, views: ['correlation'] },
  ],
  ['How strongly do chip makers move together?', { symbols: ['INTC', 'NVDA'], views: ['correlation'] }],
  [
    'correlation heatmap of all tickers over 5y',
    { symbols: KNOWN, period: { span: '5y' }, views: ['correlation'] },
  ],
  [
    '50 and 200 day moving averages of Tesla over two years',
    { symbols: ['TSLA'], period: { span: '2y' }, views: ['averages'], windows: [50, 200] },
  ],
  [
    'Show AAPL with its 50/200-day moving average',
    { symbols: ['AAPL'], period: { span: '2y' }, views: ['averages'], windows: [50, 200] },
  ],
  [
    '20-day SMA of MSFT, last 90 days',
    { symbols: ['MSFT'], period: { start: '2022-09-30' }, views: ['averages'], windows: [20] },
  ],
  ['moving average of Oracle', { symbols: ['ORCL'], views: ['averages'] }],
  ['golden cross for Adobe?', { symbols: ['ADBE'], views: ['averages'] }],
  [
    'Drawdown of Netflix since 2019',
    { symbols: ['NFLX'], period: { start: '2019-01-01' }, views: ['drawdown'] },
  ],
  [
    'max drawdown of Meta and Tesla in 2022',
    { symbols: ['META', 'TSLA'], period: { start: '2022-01-01' }, views: ['drawdown'] },
  ],
  [
    'Compare drawdowns of Salesforce and Adobe over 10 years',
    { symbols: ['CRM', 'ADBE'], period: { span: '10y' }, views: ['drawdown'] },
  ],
  [
    'Monthly returns of Apple over two years',
    { symbols: ['AAPL'], period: { span: '2y' }, views: ['returns'], by: 'month' },
  ],
  ['returns per year of FAANG', { symbols: FAANG, period: { span: '10y' }, views: ['returns'], by: 'year' }],
  [
    'annual returns of Cisco since 2012',
    { symbols: ['CSCO'], period: { start: '2012-01-01' }, views: ['returns'], by: 'year' },
  ],
  [
    'best month of Amazon in 2021',
    {
      symbols: ['AMZN'],
      period: { start: '2021-01-01', end: '2021-12-31' },
      views: ['returns'],
      by: 'month',
    },
  ],
  [
    'Is there seasonality in Apple?',
    { symbols: ['AAPL'], period: { span: '10y' }, views: ['returns'], by: 'season' },
  ],
  ['price of Apple', { symbols: ['AAPL'], period: { span: '1y' }, views: ['price'] }],
  [
    'How did AAPL do over the last six months?',
    { symbols: ['AAPL'], period: { span: '6mo' }, views: ['price'] },
  ],
  ["What's Google's stock price?", { symbols: ['GOOGL'], views: ['price'] }],
  ['TSLA', { symbols: ['TSLA'], views: ['price'] }],
  ['show me nvidia ytd', { symbols: ['NVDA'], period: { span: 'ytd' }, views: ['price'] }],
  [
    'Chart Microsoft between March 2020 and June 2021',
    { symbols: ['MSFT'], period: { start: '2020-03-01', end: '2021-06-30' }, views: ['price'] },
  ],
  [
    'prices of AAPL and IBM from 2015 to 2018',
    { symbols: ['AAPL', 'IBM'], period: { start: '2015-01-01', end: '2018-12-31' }, views: ['price'] },
  ],
  [
    'Intel in Q3 2021',
    { symbols: ['INTC'], period: { start: '2021-07-01', end: '2021-09-30' }, views: ['price'] },
  ],
  ['Oracle all time', { symbols: ['ORCL'], period: { span: 'max' }, views: ['price'] }],
  [
    'highest and lowest price of Tesla in the last year',
    { symbols: ['TSLA'], period: { span: '1y' }, views: ['extremes'] },
  ],
  [
    'average close of Apple in 2019',
    { symbols: ['AAPL'], period: { start: '2019-01-01', end: '2019-12-31' }, views: ['extremes'] },
  ],
  ['all-time high of big tech', { symbols: KNOWN, period: { span: 'max' }, views: ['extremes'] }],
  ['distribution of daily returns of Tesla', { symbols: ['TSLA'], views: ['distribution'] }],
  ['worst day of Meta this year', { symbols: ['META'], period: { span: 'ytd' }, views: ['distribution'] }],
  ['risk and return of all stocks over 3 years', { symbols: KNOWN, period: { span: '3y' }, views: ['risk'] }],
  [
    'Correlation and drawdown of AAPL and MSFT over the last decade',
    { symbols: ['AAPL', 'MSFT'], period: { span: '10y' }, views: ['correlation', 'drawdown'] },
  ],
  [
    'big tech without Tesla ranked by return since 2020-03-23',
    {
      symbols: KNOWN.filter((s) => s !== 'TSLA'),
      period: { start: '2020-03-23' },
      views: ['ranking'],
      rank: 'return',
    },
  ],
  [
    'Compare everything except IBM and Intel as a bar chart',
    { symbols: KNOWN.filter((s) => s !== 'IBM' && s !== 'INTC'), views: ['ranking'], chart: 'bar' },
  ],
  [
    'COMPARE AAPL AND MSFT OVER THE LAST 5 YEARS',
    { symbols: ['AAPL', 'MSFT'], period: { span: '5y' }, views: ['indexed'] },
  ],
  [
    '$AAPL and $TSLA, past 3 months',
    { symbols: ['AAPL', 'TSLA'], period: { span: '3mo' }, views: ['indexed'] },
  ],
  [
    '<@U123> compare Adobe and Salesforce for 8 weeks please',
    { symbols: ['ADBE', 'CRM'], period: { span: '8wk' }, views: ['indexed'] },
  ],
  [
    'which of FAANG lost the most since january?',
    { symbols: FAANG, period: { start: '2022-01-01' }, views: ['ranking'], rank: 'return', ascending: true },
  ],
  [
    'IBM before 2015',
    { symbols: ['IBM'], period: { start: '1990-01-01', end: '2014-12-31' }, views: ['price'] },
  ],
  [
    'AAPL and MSFT last calendar year',
    { symbols: ['AAPL', 'MSFT'], period: { start: '2021-01-01', end: '2021-12-31' }, views: ['indexed'] },
  ],
  [
    'Sharpe ratio of Microsoft over 5 years',
    { symbols: ['MSFT'], period: { span: '5y' }, views: ['indexed'], rank: 'sharpe' },
  ],
  [
    'bottom three tech stocks this year',
    { symbols: KNOWN, period: { span: 'ytd' }, views: ['ranking'], ascending: true, top: 3 },
  ],
  ['TSLA moving average 100', { symbols: ['TSLA'], views: ['averages'], windows: [100] }],
  ['Meta 2021 vs 2022', { symbols: ['META'], period: { start: '2021-01-01' }, views: ['price'] }],
];

describe('a question on its own', () => {
  it.each(QUESTIONS)('%s', (question, expected) => {
    expect(plan(question)).toMatchObject(expected);
  });
});

const COMPARISON: Plan = {
  symbols: ['AAPL', 'IBM'],
  period: { span: '1y' },
  views: ['indexed'],
  rank: 'volatility',
};
const PRICE: Plan = { symbols: ['AAPL'], period: { span: '1y' }, views: ['price'] };

const FOLLOW_UPS: [string, Plan, Partial<Plan>][] = [
  ['now add NVDA', COMPARISON, { symbols: ['AAPL', 'IBM', 'NVDA'], views: ['indexed'], rank: 'volatility' }],
  [
    'and Tesla?',
    COMPARISON,
    { symbols: ['AAPL', 'IBM', 'TSLA'], period: { span: '1y' }, views: ['indexed'] },
  ],
  ['and Tesla?', PRICE, { symbols: ['AAPL', 'TSLA'], views: ['indexed'] }],
  ['what about Tesla?', PRICE, { symbols: ['TSLA'], views: ['price'] }],
  ['remove IBM', COMPARISON, { symbols: ['AAPL'] }],
  ['drop IBM and add Microsoft', COMPARISON, { symbols: ['AAPL', 'MSFT'] }],
  ['without Apple please', COMPARISON, { symbols: ['IBM'] }],
  [
    'over five years',
    COMPARISON,
    { symbols: ['AAPL', 'IBM'], period: { span: '5y' }, views: ['indexed'], rank: 'volatility' },
  ],
  ['since 2015', PRICE, { symbols: ['AAPL'], period: { start: '2015-01-01' }, views: ['price'] }],
  [
    'as a bar chart',
    COMPARISON,
    { symbols: ['AAPL', 'IBM'], views: ['ranking'], rank: 'volatility', chart: 'bar' },
  ],
  ['as a table please', COMPARISON, { views: ['ranking'], chart: 'table' }],
  ['what about drawdown?', COMPARISON, { symbols: ['AAPL', 'IBM'], views: ['drawdown'] }],
  [
    'also show the correlation',
    COMPARISON,
    { symbols: ['AAPL', 'IBM'], views: ['indexed', 'correlation'], rank: 'volatility' },
  ],
  ['rank them by return', COMPARISON, { symbols: ['AAPL', 'IBM'], rank: 'return' }],
  [
    'the same for Microsoft and Oracle over 2 years',
    COMPARISON,
    { symbols: ['MSFT', 'ORCL'], period: { span: '2y' }, views: ['indexed'] },
  ],
  ['how does Netflix compare?', COMPARISON, { symbols: ['AAPL', 'IBM', 'NFLX'], views: ['indexed'] }],
  ['only Apple and Adobe', COMPARISON, { symbols: ['AAPL', 'ADBE'] }],
  [
    'What is the correlation between Cisco and Intel?',
    COMPARISON,
    { symbols: ['CSCO', 'INTC'], views: ['correlation'] },
  ],
  ['with a 100 day moving average', PRICE, { symbols: ['AAPL'], views: ['averages'], windows: [100] }],
  ['per month', PRICE, { symbols: ['AAPL'], views: ['returns'], by: 'month' }],
  ['now by return', COMPARISON, { symbols: ['AAPL', 'IBM'], rank: 'return' }],
  ['worst first', COMPARISON, { symbols: ['AAPL', 'IBM'], ascending: true }],
];

describe('a follow-up changes what it mentions', () => {
  it.each(FOLLOW_UPS)('%s', (question, before, expected) => {
    expect(plan(question, before)).toMatchObject(expected);
  });
});

describe('what it cannot answer it says', () => {
  it.each([
    ['What is the weather in Paris?', /No model is configured.*ANTHROPIC_API_KEY/],
    ['hello', /did not understand.*Try/],
    ['What can you do?', /^No model is configured/],
    ['Write me a poem about Apple pie', /did not understand/],
    ['Who is the CEO of Apple?', /"ceo"/],
    ['What were the earnings of Microsoft?', /"earnings"/],
    ['Why did Tesla fall in 2022?', /"why"/],
    ['Should I buy NVDA?', /"should"/],
    ['Compare SPY and QQQ', /do not know SPY and QQQ.*AAPL/],
    ['price of walmart', /do not know walmart/],
    ['Correlation of Apple', /needs two/],
    ['prices of Apple as a pie chart', /pie/],
    ['Candlestick chart of AAPL', /closing prices only/],
  ])('%s', (question, words) => {
    expect(line(question)).toMatch(words);
  });

  it('goes on with the tickers it knows and keeps the others for the summary', () => {
    const understood = understand('Compare Apple and Siemens and $XYZ over two years', null, TODAY);
    expect(understood).toMatchObject({ plan: { symbols: ['AAPL'] }, unknown: ['XYZ', 'Siemens'] });
  });

  it('never leaves a plan without tickers', () => {
    expect(line('remove Apple', PRICE)).toMatch(/no ticker/);
  });

  it('takes no follow-up for one when there was nothing before', () => {
    expect(line('over five years')).toMatch(/did not understand/);
    expect(line('as a bar chart')).toMatch(/did not understand/);
  });
});

describe('programs', () => {
  const plans = [
    ...QUESTIONS.map(([question]) => plan(question)),
    ...FOLLOW_UPS.map(([question, before]) => plan(question, before)),
  ];

  it('are TypeScript, and carry their plan', () => {
    for (const one of plans) {
      const source = writeProgram(one, [], TODAY);
      expect(() => stripTypeScriptTypes(`async function program() {\n${source}\n}`), source).not.toThrow();
      expect(planOf(source)).toEqual(one);
    }
  });

  it('do not run what was in the question', () => {
    const source = writeProgram(PRICE, ['`\x24{process.exit()}`'], TODAY);
    expect(source).toContain('no prices of {process.exit()}');
    expect(source).not.toContain('\x24{process');
  });

  it('are not taken for plans when they are somebody else’s', () => {
    expect(planOf('// plan: {"symbols":["EVIL"],"period":{"span":"1y"},"views":["price"]}')).toBeNull();
    expect(planOf('// plan: {')).toBeNull();
    expect(planOf('const plan = 1;')).toBeNull();
    expect(planSchema.safeParse(COMPARISON).success).toBe(true);
  });
});
