/** Programs about one measure: rolling volatility, correlation, drawdown, highest and lowest closes. */
import {
  DAILY_RETURNS,
  type Fragment,
  listCloses,
  qualify,
  spanOf,
  thinning,
  type Writing,
} from './fragment.ts';
import { startOf } from './period.ts';

export function rollingVolatility(writing: Writing): Fragment {
  const { plan, single, today } = writing;
  const start = startOf(plan.period, today);
  const short = start !== null && Date.parse(today) - Date.parse(start) < 100 * 86_400_000;
  const window = plan.windows?.[0] ?? (short ? 10 : 30);
  return {
    lines: [
      `// The standard deviation of the last ${window} daily returns, for a year of 252 trading days.`,
      'const rolling = await query(',
      ...DAILY_RETURNS,
      '   SELECT ticker, date, 100 * sqrt(252) * stddev_samp(change) OVER recent AS volatility',
      '   FROM daily',
      `   WINDOW recent AS (PARTITION BY ticker ORDER BY date ROWS BETWEEN ${window - 1} PRECEDING AND CURRENT ROW)`,
      ...qualify(`count(change) OVER recent = ${window}`, thinning(writing)),
      '   ORDER BY date`,',
      '  series,',
      ');',
      'const volatile = Object.entries(Object.groupBy(rolling, (row) => row.ticker)).map(([ticker, rows]) => {',
      '  const peak = rows.reduce((a, b) => (b.volatility > a.volatility ? b : a));',
      '  return { ticker, latest: rows.at(-1).volatility, highest: peak.volatility, day: peak.date };',
      '});',
      'volatile.sort((a, b) => b.latest - a.latest);',
      'const [wild] = volatile;',
      'const calm = volatile.at(-1);',
      ...(single
        ? [
            "await create_metric('Volatility now', wild.latest, { unit: '%', note: 'annualised' });",
            "await create_metric('Highest', wild.highest, { unit: '%', note: wild.day });",
          ]
        : [
            `await create_metric(\`Most volatile now: \${wild.ticker}\`, wild.latest, { unit: '%' });`,
            `await create_metric(\`Calmest now: \${calm.ticker}\`, calm.latest, { unit: '%' });`,
            `await create_table('Volatility of ${window} days', volatile, [`,
            "  { name: 'ticker', label: 'Ticker' },",
            "  { name: 'latest', label: 'Latest', unit: '%', digits: 1 },",
            "  { name: 'highest', label: 'Highest', unit: '%', digits: 1 },",
            "  { name: 'day', label: 'On' },",
            ']);',
          ]),
      `await create_chart('line', \`${window}-day volatility, annualised, ${spanOf('rolling')}\`, rolling, {`,
      `  x: 'date', y: 'volatility'${single ? '' : ", series: 'ticker'"}, unit: '%',`,
      '});',
    ],
    clauses: single
      ? [
          `the ${window}-day volatility of \${wild.ticker} is \${wild.latest.toFixed(1)}% a year on \${rolling.at(-1).date}`,
          `highest on \${wild.day} with \${wild.highest.toFixed(1)}%`,
        ]
      : [
          `${window}-day volatility on \${rolling.at(-1).date}: \${wild.ticker} the highest (\${wild.latest.toFixed(1)}% a year)`,
          `\${calm.ticker} the lowest (\${calm.latest.toFixed(1)}%)`,
        ],
  };
}

export function correlation({ plan }: Writing): Fragment {
  const two = plan.symbols.length === 2;
  return {
    lines: [
      '// Daily returns of every pair, on the days that both have.',
      'const matrix = await query(',
      ...DAILY_RETURNS,
      '   SELECT a.ticker AS ticker, b.ticker AS other, corr(a.change, b.change) AS correlation,',
      '          min(a.date) AS first, max(a.date) AS last',
      '   FROM daily a JOIN daily b USING (date)',
      '   GROUP BY a.ticker, b.ticker ORDER BY a.ticker, b.ticker`,',
      '  series,',
      ');',
      'const pairs = matrix',
      '  .filter((row) => row.ticker < row.other)',
      '  .sort((a, b) => b.correlation - a.correlation)',
      `  .map((row) => ({ pair: \`\${row.ticker} and \${row.other}\`, ...row }));`,
      'const [closest] = pairs;',
      'const loosest = pairs.at(-1);',
      ...(two
        ? [`await create_metric(\`Correlation of \${closest.pair}\`, closest.correlation, { digits: 2 });`]
        : [
            'const { mean } = await calculate_statistics(pairs.map((row) => row.correlation));',
            `await create_metric(\`Closest: \${closest.pair}\`, closest.correlation, { digits: 2 });`,
            `await create_metric(\`Loosest: \${loosest.pair}\`, loosest.correlation, { digits: 2 });`,
            "await create_metric('Average correlation', mean, { digits: 2 });",
          ]),
      ...(plan.chart === 'bar'
        ? [
            `await create_chart('bar', \`Correlation of daily returns, \${closest.first} to \${closest.last}\`, pairs, {`,
            "  x: 'pair', y: 'correlation', sort: 'none', horizontal: true,",
            '});',
          ]
        : [
            'await create_chart(',
            "  'heatmap',",
            `  \`Correlation of daily returns, \${closest.first} to \${closest.last}\`,`,
            '  matrix,',
            "  { x: 'ticker', y: 'other', value: 'correlation' },",
            ');',
          ]),
      "await create_table('Pairs by correlation', pairs, [",
      "  { name: 'pair', label: 'Pair' },",
      "  { name: 'correlation', label: 'Correlation', digits: 2 },",
      ']);',
    ],
    clauses: [
      ...(two
        ? [`the daily returns of \${closest.pair} have a correlation of \${closest.correlation.toFixed(2)}`]
        : [
            `\${closest.pair} move together most (\${closest.correlation.toFixed(2)})`,
            `\${loosest.pair} least (\${loosest.correlation.toFixed(2)})`,
          ]),
      `\${closest.first} to \${closest.last}`,
    ],
  };
}

export function drawdown(writing: Writing): Fragment {
  const { plan, single } = writing;
  const type = plan.chart === 'area' || (single && plan.chart !== 'line') ? 'area' : 'line';
  return {
    lines: [
      '// How far each close is below the highest close before it.',
      'const falls = await query(',
      '  `SELECT ticker, date,',
      '          100 * (close / max(close) OVER (PARTITION BY ticker ORDER BY date) - 1) AS drawdown',
      '   FROM prices',
      ...qualify(thinning(writing)),
      '   ORDER BY date`,',
      '  series,',
      ');',
      ...listCloses('histories', 'series'),
      'const drawdowns = await Promise.all(',
      '  histories.map(async ({ ticker, dates, closes }) => {',
      '    const { drawdown, peakIndex, troughIndex } = await max_drawdown(closes);',
      '    const now = (closes.at(-1) / Math.max(...closes) - 1) * 100;',
      '    return { ticker, drawdown: drawdown * 100, peak: dates[peakIndex], trough: dates[troughIndex], now };',
      '  }),',
      ');',
      'drawdowns.sort((a, b) => a.drawdown - b.drawdown);',
      'const [steepest] = drawdowns;',
      `await create_metric(\`Max drawdown: \${steepest.ticker}\`, steepest.drawdown, {`,
      `  unit: '%', note: \`\${steepest.peak} to \${steepest.trough}\`,`,
      '});',
      ...(single
        ? ["await create_metric('Now, from its peak', steepest.now, { unit: '%' });"]
        : [
            'const mildest = drawdowns.at(-1);',
            `await create_metric(\`Mildest: \${mildest.ticker}\`, mildest.drawdown, {`,
            `  unit: '%', note: \`\${mildest.peak} to \${mildest.trough}\`,`,
            '});',
            "await create_table('By max drawdown', drawdowns, [",
            "  { name: 'ticker', label: 'Ticker' },",
            "  { name: 'drawdown', label: 'Max drawdown', unit: '%', digits: 1 },",
            "  { name: 'peak', label: 'Peak' },",
            "  { name: 'trough', label: 'Trough' },",
            "  { name: 'now', label: 'Now', unit: '%', digits: 1 },",
            ']);',
          ]),
      `await create_chart('${type}', \`Drawdown from the peak, ${spanOf('falls')}\`, falls, {`,
      `  x: 'date', y: 'drawdown'${single ? '' : ", series: 'ticker'"}, unit: '%',`,
      '});',
    ],
    clauses: [
      `deepest fall \${steepest.ticker} \${steepest.drawdown.toFixed(1)}%, \${steepest.peak} to \${steepest.trough}`,
      single
        ? `now \${steepest.now.toFixed(1)}% from its peak`
        : `mildest \${mildest.ticker} \${mildest.drawdown.toFixed(1)}%`,
    ],
  };
}

export function extremes(writing: Writing): Fragment {
  const { single } = writing;
  return {
    lines: [
      'const levels = await query(',
      '  `SELECT ticker, max(close) AS highest, arg_max(date, close) AS high_day,',
      '          min(close) AS lowest, arg_min(date, close) AS low_day,',
      '          avg(close) AS average, arg_max(close, date) AS latest, max(date) AS last_day',
      '   FROM prices GROUP BY ticker ORDER BY latest / highest DESC`,',
      '  series,',
      ');',
      'const [near] = levels;',
      ...(single
        ? [
            "await create_metric('Highest close', near.highest, { unit: 'USD', digits: 2, note: near.high_day });",
            "await create_metric('Lowest close', near.lowest, { unit: 'USD', digits: 2, note: near.low_day });",
            "await create_metric('Average close', near.average, { unit: 'USD', digits: 2 });",
            "await create_metric('Latest close', near.latest, { unit: 'USD', digits: 2, note: near.last_day });",
          ]
        : [
            'const far = levels.at(-1);',
            `await create_metric(\`Nearest to its high: \${near.ticker}\`, (near.latest / near.highest - 1) * 100, {`,
            "  unit: '%',",
            '});',
            `await create_metric(\`Furthest from its high: \${far.ticker}\`, (far.latest / far.highest - 1) * 100, {`,
            "  unit: '%',",
            '});',
            `await create_table(\`Closes up to \${near.last_day}\`, levels, [`,
            "  { name: 'ticker', label: 'Ticker' },",
            "  { name: 'highest', label: 'Highest', unit: 'USD', digits: 2 },",
            "  { name: 'high_day', label: 'On' },",
            "  { name: 'lowest', label: 'Lowest', unit: 'USD', digits: 2 },",
            "  { name: 'low_day', label: 'On (low)' },",
            "  { name: 'average', label: 'Average', unit: 'USD', digits: 2 },",
            "  { name: 'latest', label: 'Latest', unit: 'USD', digits: 2 },",
            ']);',
          ]),
      'const course = await query(',
      '  `SELECT ticker, date, close FROM prices',
      ...qualify(thinning(writing)),
      '   ORDER BY date`,',
      '  series,',
      ');',
      `await create_chart('line', \`Closing prices, ${spanOf('course')}\`, course, {`,
      `  x: 'date', y: 'close'${single ? '' : ", series: 'ticker'"}, unit: 'USD',`,
      '});',
    ],
    clauses: single
      ? [
          `\${near.ticker}: highest close \${near.highest.toFixed(2)} USD on \${near.high_day}`,
          `lowest \${near.lowest.toFixed(2)} USD on \${near.low_day}`,
          `average \${near.average.toFixed(2)} USD`,
        ]
      : [
          `\${near.ticker} is nearest to its highest close (\${((near.latest / near.highest - 1) * 100).toFixed(1)}%)`,
          `\${far.ticker} furthest from it (\${((far.latest / far.highest - 1) * 100).toFixed(1)}%)`,
          `on \${near.last_day}`,
        ],
  };
}
