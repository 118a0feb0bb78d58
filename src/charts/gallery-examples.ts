/** What the gallery draws: every type, small, large and awkward, from seeded random data. */
import type { Row } from '../agent/report.ts';
import type { ChartOptions } from './chart.ts';

export type Example = [name: string, type: string, title: string, rows: Row[], options?: ChartOptions];

const DAY = 86_400_000;
const START = Date.UTC(2021, 0, 4);

/** Mulberry32: a small generator with a seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const random = generator(7);
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const isoDay = (n: number) => new Date(START + n * DAY).toISOString().slice(0, 10);
const tradingDays = (count: number) =>
  Array.from({ length: Math.ceil((count * 7) / 5) + 2 }, (_, n) => n)
    .filter((n) => ![0, 6].includes(new Date(START + n * DAY).getUTCDay()))
    .slice(0, count)
    .map(isoDay);

function walks(count: number, names: string[], start = 100): Row[] {
  return names.flatMap((ticker) => {
    let close = start;
    return tradingDays(count).map((date) => {
      close *= 1 + normal() * 0.018 + 0.0006;
      return { date, ticker, close };
    });
  });
}

function candles(count: number): Row[] {
  let close = 150;
  return tradingDays(count).map((date) => {
    const open = close * (1 + normal() * 0.004);
    close = open * (1 + normal() * 0.016);
    const reach = () => Math.abs(normal()) * 0.007;
    return {
      date,
      open,
      high: Math.max(open, close) * (1 + reach()),
      low: Math.min(open, close) * (1 - reach()),
      close,
    };
  });
}

const BIG_TECH = [
  'AAPL',
  'MSFT',
  'NVDA',
  'AMZN',
  'GOOGL',
  'META',
  'NFLX',
  'TSLA',
  'AMD',
  'INTC',
  'ORCL',
  'CRM',
  'ADBE',
  'IBM',
  'QCOM',
  'CSCO',
  'TXN',
  'AVGO',
  'MU',
  'SHOP',
  'UBER',
  'SNOW',
  'PLTR',
  'SQ',
];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const quarters = ['2023-01-01', '2023-04-01', '2023-07-01', '2023-10-01', '2024-01-01', '2024-04-01'];

function correlations(names: string[]): Row[] {
  return names.map((a, i) => ({
    ticker: a,
    ...Object.fromEntries(
      names.map((b, j) => [b, i === j ? 1 : Math.round(100 * Math.cos((i + 1) * (j + 1)) * 0.8) / 100]),
    ),
  }));
}

export const EXAMPLES: Example[] = [
  ['line-3', 'line', 'Three days of one share', walks(3, ['AAPL']), { unit: 'USD' }],
  [
    'line-750',
    'line',
    'Compared over a year: AAPL, MSFT and NVDA',
    walks(250, ['AAPL', 'MSFT', 'NVDA']),
    { subtitle: 'Indexed, 4 January 2021 = 100', yLabel: 'Index' },
  ],
  ['line-3000', 'line', 'Twelve years of one share', walks(3000, ['AAPL']), { unit: '$' }],
  [
    'line-8-series',
    'line',
    'Eight series that end close together',
    walks(60, BIG_TECH.slice(0, 8)),
    { yLabel: 'Index' },
  ],
  ['line-24-series', 'line', 'Twenty-four series: eight stand out', walks(125, BIG_TECH)],
  [
    'line-gaps',
    'line',
    'Rolling volatility with gaps and a lonely point',
    walks(120, ['AAPL']).map((r, i) => ({
      date: r.date,
      volatility: i < 20 || (i > 60 && i < 75) || i === 91 || i === 93 ? null : 20 + 8 * Math.sin(i / 9),
    })),
    { unit: '%' },
  ],
  [
    'line-negative',
    'line',
    'Drawdown from the last high',
    walks(500, ['NVDA', 'TSLA']).map((r, i) => ({
      ...r,
      close: -Math.abs(30 * Math.sin(i / 40)) - random() * 3,
    })),
    { unit: '%' },
  ],
  ['line-one-point', 'line', 'A single value', [{ date: '2024-03-01', close: 182.5 }], { unit: 'USD' }],
  [
    'line-wide',
    'line',
    'Wide rows, large numbers',
    tradingDays(40).map((date, i) => ({
      date,
      'Revenue, North America': 3.1e9 + i * 2e7,
      'Revenue, Europe and the Middle East': 1.9e9 + i * 3e7,
    })),
    { unit: 'USD' },
  ],
  [
    'line-categories',
    'line',
    'Average return by month',
    MONTHS.map((month, i) => ({ month, ret: Math.sin(i) * 3 })),
    { unit: '%' },
  ],
  [
    'line-intraday',
    'line',
    'One trading day',
    Array.from({ length: 78 }, (_, i) => ({
      time: new Date(Date.UTC(2024, 4, 6, 9, 30) + i * 300_000).toISOString(),
      price: 180 + Math.sin(i / 8),
    })),
    { unit: 'USD' },
  ],
  [
    'line-log',
    'line',
    'A share that grew a thousandfold',
    Array.from({ length: 240 }, (_, i) => ({
      date: new Date(Date.UTC(2000 + Math.floor(i / 12), i % 12, 1)).toISOString().slice(0, 10),
      NVDA: 0.5 * 1.03 ** i,
      AAPL: 1 * 1.02 ** i,
    })),
    { log: true, unit: '$' },
  ],
  [
    'area-3',
    'area',
    'Three days of volume',
    walks(3, ['AAPL']).map((r) => ({ date: r.date, volume: Number(r.close) * 1e6 })),
  ],
  [
    'area-3000',
    'area',
    'Drawdown of the index',
    tradingDays(3000).map((date, i) => ({
      date,
      drawdown: -Math.abs(18 * Math.sin(i / 200) + 4 * Math.sin(i / 17)),
    })),
    { unit: '%' },
  ],
  [
    'area-stacked',
    'area',
    'Revenue by segment',
    quarters.flatMap((date, i) =>
      ['Cloud', 'Devices', 'Advertising', 'Other'].map((segment, k) => ({
        date,
        segment,
        revenue: (4 - k + i * 0.6) * 1e9,
      })),
    ),
    { unit: 'USD', subtitle: 'By quarter' },
  ],
  [
    'area-percent',
    'area',
    'Share of trading volume',
    tradingDays(250).flatMap((date, i) =>
      BIG_TECH.slice(0, 5).map((ticker, k) => ({
        date,
        ticker,
        volume: 10 + k * 3 + 4 * Math.sin(i / 20 + k),
      })),
    ),
    { stacked: 'percent' },
  ],
  [
    'bar-3',
    'bar',
    'Total return over the year',
    [
      { ticker: 'AAPL', ret: 21.4 },
      { ticker: 'MSFT', ret: 34.02 },
      { ticker: 'NVDA', ret: -12.7 },
    ],
    { unit: '%' },
  ],
  ['bar-1', 'bar', 'One bar', [{ ticker: 'AAPL', ret: 21.4 }], { unit: '%' }],
  [
    'bar-3000',
    'bar',
    'Daily returns over twelve years',
    tradingDays(3000).map((date) => ({ date, ret: normal() * 1.6 })),
    { unit: '%' },
  ],
  [
    'bar-months',
    'bar',
    'Monthly return',
    Array.from({ length: 24 }, (_, i) => ({
      month: new Date(Date.UTC(2022, i, 1)).toISOString().slice(0, 10),
      ret: normal() * 4,
    })),
    { unit: '%' },
  ],
  [
    'bar-grouped',
    'bar',
    'Quarterly revenue',
    quarters.flatMap((date, i) =>
      ['AAPL', 'MSFT', 'GOOGL'].map((ticker, k) => ({ date, ticker, revenue: (80 + 5 * i - 12 * k) * 1e9 })),
    ),
    { unit: 'USD' },
  ],
  [
    'bar-stacked',
    'bar',
    'Revenue and costs by segment',
    ['Cloud', 'Devices', 'Ads', 'Services', 'Other'].flatMap((segment, k) =>
      ['North America', 'Europe', 'Asia', 'Write-offs'].map((region, i) => ({
        segment,
        region,
        revenue: i === 3 ? -4 - k : 20 - 3 * i - k,
      })),
    ),
    { stacked: true, unit: 'EUR m' },
  ],
  [
    'bar-horizontal',
    'bar',
    'Ranked by annualised volatility',
    BIG_TECH.slice(0, 12).map((ticker, i) => ({ ticker, volatility: 18 + ((i * 7) % 31) + i / 7 })),
    { horizontal: true, unit: '%', subtitle: 'Daily log returns, 252 trading days' },
  ],
  [
    'bar-negative-horizontal',
    'bar',
    'Best and worst days',
    BIG_TECH.slice(0, 10).map((ticker, i) => ({ ticker, change: (i - 4.3) * 2.2 })),
    { horizontal: true, unit: '%' },
  ],
  [
    'bar-long-names',
    'bar',
    'Operating income of the segments with the longest names that anybody could think of, in a title that needs two lines',
    [
      'Intelligent Cloud and Enterprise Services',
      'Productivity and Business Processes of the Whole Company, Worldwide',
      'More Personal Computing',
      'Wearables, Home and Accessories',
      'Gaming',
    ].map((segment, i) => ({ segment, income: 4e9 / (i + 1) })),
    { unit: 'USD' },
  ],
  [
    'bar-many',
    'bar',
    'Sixty categories',
    Array.from({ length: 60 }, (_, i) => ({ name: `Category ${i + 1}`, n: Math.round(1000 * random()) })),
  ],
  [
    'bar-grouped-horizontal',
    'bar',
    'Return before and after fees',
    BIG_TECH.slice(0, 6).map((ticker, i) => ({ ticker, gross: 12 + i, net: 10 + i * 0.8 })),
    { horizontal: true, unit: '%' },
  ],
  [
    'scatter-3',
    'scatter',
    'Risk and return',
    [
      { ticker: 'AAPL', volatility: 28.1, return: 21 },
      { ticker: 'MSFT', volatility: 25.4, return: 34 },
      { ticker: 'NVDA', volatility: 52.7, return: -12 },
    ],
    { x: 'volatility', y: 'return', unit: '%', xUnit: '%' },
  ],
  [
    'scatter-named',
    'scatter',
    'Risk and return of twenty-four shares',
    BIG_TECH.map((ticker) => ({ ticker, volatility: 20 + random() * 40, return: normal() * 20 + 10 })),
    { x: 'volatility', y: 'return', unit: '%', xUnit: '%' },
  ],
  [
    'scatter-3000',
    'scatter',
    'Daily returns of AAPL against the market',
    Array.from({ length: 3000 }, () => {
      const market = normal();
      return { market, AAPL: market * 1.2 + normal() * 0.9 };
    }),
    { unit: '%', xUnit: '%' },
  ],
  [
    'scatter-groups',
    'scatter',
    'Three groups',
    Array.from({ length: 240 }, (_, i) => ({
      group: ['Growth', 'Value', 'Income'][i % 3],
      pe: 12 + (i % 3) * 9 + normal() * 4,
      growth: 4 + (i % 3) * 5 + normal() * 3,
    })),
  ],
  [
    'scatter-bubble',
    'scatter',
    'Margin, growth and size',
    BIG_TECH.slice(0, 10).map((ticker, i) => ({
      ticker,
      margin: 10 + i * 3 + normal() * 3,
      growth: 5 + normal() * 8,
      revenue: 20e9 + i * i * 4e9,
    })),
    { x: 'margin', y: 'growth', size: 'revenue', unit: '%', xUnit: '%' },
  ],
  ['histogram-3', 'histogram', 'Three values', [1.2, 2.4, 2.6].map((value) => ({ value }))],
  [
    'histogram-3000',
    'histogram',
    'Daily returns of AAPL',
    Array.from({ length: 3000 }, () => ({ ret: normal() * 1.7 })),
    { unit: '%' },
  ],
  [
    'histogram-two',
    'histogram',
    'Two distributions',
    Array.from({ length: 1200 }, (_, i) => ({
      ticker: i % 2 ? 'AAPL' : 'TSLA',
      ret: normal() * (i % 2 ? 1.4 : 3),
    })),
    { series: 'ticker', unit: '%' },
  ],
  ['heatmap-correlation', 'heatmap', 'Correlation of daily returns', correlations(BIG_TECH.slice(0, 7))],
  ['heatmap-3', 'heatmap', 'Correlation of three shares', correlations(['AAPL', 'MSFT', 'NVDA'])],
  [
    'heatmap-seasons',
    'heatmap',
    'Monthly return by year',
    Array.from({ length: 12 * 9 }, (_, i) => ({
      year: 2016 + Math.floor(i / 12),
      month: MONTHS[i % 12],
      ret: normal() * 5,
    })),
    { x: 'month', y: 'year', value: 'ret', unit: '%' },
  ],
  [
    'heatmap-3000',
    'heatmap',
    'Volume by day and hour',
    Array.from({ length: 3000 }, (_, i) => ({
      day: isoDay(Math.floor(i / 24)),
      hour: i % 24,
      volume: 1e6 * (2 + Math.sin(i / 24) + Math.sin(((i % 24) * Math.PI) / 12)),
    })),
    { x: 'day', y: 'hour', value: 'volume' },
  ],
  [
    'pie-3',
    'pie',
    'Portfolio by share',
    [
      { ticker: 'AAPL', value: 42_000 },
      { ticker: 'MSFT', value: 31_500 },
      { ticker: 'NVDA', value: 26_400 },
    ],
    { unit: 'USD' },
  ],
  [
    'pie-tiny',
    'donut',
    'Market capitalisation, with tiny slices',
    BIG_TECH.slice(0, 20).map((company, i) => ({ company, cap: 3e12 / (i + 1) ** 2.2 })),
    { unit: 'USD' },
  ],
  [
    'pie-long',
    'pie',
    'Costs by department',
    [
      'Research and Development',
      'Sales and Marketing',
      'General and Administrative',
      'Cost of Revenue and Fulfilment',
      'Restructuring',
    ].map((dept, i) => ({ dept, share: [41, 24, 15, 12, 8][i] })),
    { unit: '%' },
  ],
  ['candlestick-3', 'candlestick', 'Three days of Apple', candles(3), { unit: 'USD' }],
  ['candlestick-60', 'candlestick', 'A quarter of Apple', candles(60), { unit: 'USD' }],
  ['candlestick-3000', 'candlestick', 'Twelve years of Apple', candles(3000), { unit: 'USD' }],
  [
    'spec',
    'spec',
    'Return by month, every year a tick',
    Array.from({ length: 120 }, (_, i) => ({ month: MONTHS[i % 12], ret: normal() * 4 })),
    {
      spec: {
        mark: { type: 'tick', thickness: 2 },
        encoding: {
          y: { field: 'month', type: 'nominal', sort: null, title: null },
          x: { field: 'ret', type: 'quantitative', title: 'Return (%)' },
        },
      },
    },
  ],
  [
    'spec-facets',
    'spec',
    'Small multiples',
    walks(120, BIG_TECH.slice(0, 6)),
    {
      spec: {
        mark: 'line',
        width: 210,
        height: 110,
        encoding: {
          x: { field: 'date', type: 'temporal', title: null, axis: { tickCount: 4 } },
          y: { field: 'close', type: 'quantitative', title: null, scale: { zero: false } },
          facet: { field: 'ticker', type: 'nominal', columns: 3, title: null },
        },
      },
    },
  ],
];
