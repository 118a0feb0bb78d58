/** Programs about returns as such: by month, by year, by month of the year, and their distribution. */
import { every, type Fragment, fetchSeries, type Lines, type Writing } from './fragment.ts';
import { addDays, type Period, startOf } from './period.ts';

export function calendarReturns(writing: Writing): Fragment {
  const { plan, single } = writing;
  const by = plan.by ?? 'month';
  const unit = by === 'year' ? 'year' : 'month';
  const whose = (row: string) => `${single ? '' : `\${${row}.ticker} in `}\${${row}.${unit}}`;
  const title = by === 'season' ? 'Average return by month of the year' : `Return per ${unit}`;
  const heatmap = plan.chart === 'heatmap' || (!single && plan.chart !== 'bar' && plan.chart !== 'line');
  const type = plan.chart === 'line' ? 'line' : 'bar';
  return {
    lines: [
      ...fetchSeries(writing, 'past', wholePeriods(writing, unit)),
      '',
      ...(by === 'season' ? seasonal() : changes(unit)),
      'const ordered = changes.toSorted((a, b) => b.change - a.change);',
      'const [top] = ordered;',
      'const bottom = ordered.at(-1);',
      'const typical = await calculate_statistics(changes.map((row) => row.change));',
      `await create_metric(\`Best ${unit}: ${single ? '' : `\${top.ticker}, `}\${top.${unit}}\`, top.change, { unit: '%' });`,
      `await create_metric(\`Worst ${unit}: ${single ? '' : `\${bottom.ticker}, `}\${bottom.${unit}}\`, bottom.change, { unit: '%' });`,
      `await create_metric('Average', typical.mean, { unit: '%', note: 'a ${unit}' });`,
      ...(heatmap
        ? [
            `await create_chart('heatmap', '${title}', changes, {`,
            `  x: '${unit}', y: 'ticker', value: 'change', unit: '%',`,
          ]
        : [
            `await create_chart('${type}', '${title}${single ? ` of ${plan.symbols.join('')}` : ''}', changes, {`,
            `  x: '${unit}', y: 'change'${single ? '' : ", series: 'ticker'"}, unit: '%', sort: 'none',`,
          ]),
      '});',
      `await create_table('${title}, best first', ordered, [`,
      ...(single ? [] : ["  { name: 'ticker', label: 'Ticker' },"]),
      `  { name: '${unit}', label: '${unit === 'year' ? 'Year' : 'Month'}' },`,
      "  { name: 'change', label: 'Return', unit: '%', digits: 1 },",
      ...(by === 'season' ? ["  { name: 'positive', label: 'Years it rose', unit: '%', digits: 0 },"] : []),
      ']);',
    ],
    clauses: [
      `best ${unit} ${whose('top')} (\${top.change.toFixed(1)}%)`,
      `worst ${unit} ${whose('bottom')} (\${bottom.change.toFixed(1)}%)`,
      `on average ${single ? `${plan.symbols.join('')} ` : ''}\${typical.mean.toFixed(1)}% a ${unit}`,
    ],
  };
}

/**
 * A return needs the close before it: unless the period is so many whole months or years from today, fetching
 * begins some days before the first of them.
 */
function wholePeriods({ plan, today }: Writing, unit: 'month' | 'year'): Period {
  const start = startOf(plan.period, today);
  const whole = 'span' in plan.period && (unit === 'year' ? /y$/ : /(?:mo|y)$/).test(plan.period.span);
  if (start === null || whole) return plan.period;
  const end = 'end' in plan.period ? plan.period.end : undefined;
  const first = unit === 'year' ? `${start.slice(0, 4)}-01-01` : `${start.slice(0, 7)}-01`;
  return { start: addDays(first, -10), ...(end ? { end } : {}) };
}

function changes(unit: 'month' | 'year'): Lines {
  return [
    `// The last close of each ${unit} against that of the ${unit} before.`,
    'const changes = await query(',
    '  `WITH closes AS (',
    `     SELECT ticker, strftime(date, '${unit === 'year' ? '%Y' : '%Y-%m'}') AS ${unit}, arg_max(close, date) AS close`,
    '     FROM prices GROUP BY ALL',
    '   )',
    `   SELECT ticker, ${unit}, 100 * (close / lag(close) OVER (PARTITION BY ticker ORDER BY ${unit}) - 1) AS change`,
    '   FROM closes',
    '   QUALIFY change IS NOT NULL',
    `   ORDER BY ${unit}, ticker\`,`,
    '  past,',
    ');',
  ];
}

function seasonal(): Lines {
  return [
    '// The last close of each month against that of the month before, averaged over the years.',
    'const changes = await query(',
    '  `WITH closes AS (',
    "     SELECT ticker, date_trunc('month', date) AS month, arg_max(close, date) AS close",
    '     FROM prices GROUP BY ALL',
    '   ), months AS (',
    '     SELECT ticker, month, close / lag(close) OVER (PARTITION BY ticker ORDER BY month) - 1 AS change',
    '     FROM closes',
    '   )',
    "   SELECT ticker, strftime(month, '%b') AS month, 100 * avg(change) AS change,",
    '          100 * avg(CASE WHEN change > 0 THEN 1 ELSE 0 END) AS positive',
    '   FROM months WHERE change IS NOT NULL',
    "   GROUP BY ticker, strftime(month, '%b'), strftime(month, '%m')",
    "   ORDER BY strftime(month, '%m'), ticker`,",
    '  past,',
    ');',
  ];
}

export function distribution(writing: Writing): Fragment {
  const { plan, single } = writing;
  const unit = every(writing);
  const word = { day: 'Daily', week: 'Weekly', month: 'Monthly' }[unit];
  const closes =
    unit === 'day'
      ? ['   FROM prices']
      : [
          '   FROM (',
          '     SELECT ticker, max(date) AS date, arg_max(close, date) AS close',
          `     FROM prices GROUP BY ticker, date_trunc('${unit}', date)`,
          '   )',
        ];
  return {
    lines: [
      'const moves = await query(',
      '  `SELECT ticker, date,',
      '          100 * (close / lag(close) OVER (PARTITION BY ticker ORDER BY date) - 1) AS change',
      ...closes,
      '   QUALIFY change IS NOT NULL',
      '   ORDER BY change`,',
      '  series,',
      ');',
      'const daily = await calculate_statistics(moves.map((row) => row.change));',
      'const fall = moves[0];',
      'const rise = moves.at(-1);',
      `await create_metric(\`Biggest rise: \${rise.ticker}\`, rise.change, { unit: '%', note: rise.date });`,
      `await create_metric(\`Biggest fall: \${fall.ticker}\`, fall.change, { unit: '%', note: fall.date });`,
      `await create_metric('Average', daily.mean, { unit: '%', note: 'a ${unit}' });`,
      "await create_metric('Standard deviation', daily.standardDeviation, { unit: '%' });",
      // More than a few histograms on top of one another cannot be told apart.
      `await create_chart('histogram', '${word} returns', moves, {`,
      `  x: 'change'${single || plan.symbols.length > 4 ? '' : ", series: 'ticker'"}, xUnit: '%',`,
      '});',
      `await create_table('The five largest moves each way', [...moves.slice(0, 5), ...moves.slice(-5)], [`,
      "  { name: 'ticker', label: 'Ticker' },",
      "  { name: 'date', label: 'Date' },",
      "  { name: 'change', label: 'Return', unit: '%', digits: 1 },",
      ']);',
    ],
    clauses: [
      `biggest rise \${rise.ticker} \${rise.change.toFixed(1)}% on \${rise.date}`,
      `biggest fall \${fall.ticker} \${fall.change.toFixed(1)}% on \${fall.date}`,
      `${word.toLowerCase()} returns average \${daily.mean.toFixed(2)}%`,
    ],
  };
}
