/**
 * Programs that set tickers side by side: one table of return and risk, sorted by the measure asked for,
 * the headline numbers, and the pictures (indexed, prices, bars, return against risk).
 */
import { type Fragment, type Lines, listCloses, qualify, thinning, type Writing } from './fragment.ts';
import { startOf } from './period.ts';
import { MEASURE_WORDS, type Measure, type Plan } from './plan.ts';

const UNITS: Record<Measure, string> = {
  return: '%',
  volatility: '%',
  drawdown: '%',
  sharpe: '',
  price: 'USD',
};

/** The youngest of the known companies went public in May 2012: before, not every series is there. */
const ALL_LISTED = '2012-05-18';

export function comparison(writing: Writing): Fragment {
  const { plan, single } = writing;
  const rank = plan.rank ?? 'return';
  const shown = plan.top ? 'top' : 'table';
  // The worst drawdown is the smallest number, and the one people look for.
  const ascending = plan.ascending ?? rank === 'drawdown';
  const [a, b] = ascending ? ['a', 'b'] : ['b', 'a'];
  const measures: Measure[] = ['return', 'volatility', 'drawdown'];
  if (!measures.includes(rank)) measures.push(rank);
  const lines = [
    ...commonStart(writing),
    ...listCloses('stocks', 'series', since(writing)),
    'const { dates } = stocks[0];',
    `const span = \`\${dates[0]} to \${dates.at(-1)}\`;`,
    '',
    ...measureAll(measures),
    ...(single ? [] : [`table.sort((a, b) => ${a}.${rank} - ${b}.${rank});`]),
    ...(plan.top ? [`const top = table.slice(0, ${plan.top});`] : []),
    '',
    ...metrics(rank, single),
    ...pictures(writing, rank, shown),
    ...(single ? [] : rankingTable(plan, measures, rank, shown)),
  ];
  return { lines, clauses: single ? singleClauses(plan) : clauses(plan, rank, shown) };
}

function startsEarly({ plan, today }: Writing): boolean {
  const start = startOf(plan.period, today);
  return plan.symbols.length > 1 && (start === null || start < ALL_LISTED);
}

function commonStart(writing: Writing): Lines {
  if (!startsEarly(writing)) return [];
  return [
    '// Compare from the first day that every series has.',
    'const [{ start }] = await query(',
    '  `SELECT max(first) AS start',
    '   FROM (SELECT min(date) AS first FROM prices GROUP BY ticker)`,',
    '  series,',
    ');',
  ];
}

function since(writing: Writing): string {
  return startsEarly(writing) ? ` WHERE date >= '\${start}'` : '';
}

function measureAll(measures: Measure[]): Lines {
  const formulas: Record<Measure, string> = {
    return: '(closes.at(-1) / closes[0] - 1) * 100',
    volatility: '(await annualised_volatility(returns)) * 100',
    drawdown: '(await max_drawdown(closes)).drawdown * 100',
    sharpe: 'await sharpe_ratio(returns)',
    price: 'closes.at(-1)',
  };
  return [
    '// Return and risk of each, in percent.',
    'const table = await Promise.all(',
    '  stocks.map(async ({ ticker, closes }) => {',
    '    const returns = await calculate_returns(closes);',
    '    return {',
    '      ticker,',
    ...measures.map((measure) => `      ${measure}: ${formulas[measure]},`),
    '    };',
    '  }),',
    ');',
  ];
}

function metrics(rank: Measure, single: boolean): Lines {
  if (single) {
    return [
      'const [only] = table;',
      "await create_metric('Return', only.return, { unit: '%', note: span });",
      "await create_metric('Volatility', only.volatility, { unit: '%', note: 'annualised' });",
      "await create_metric('Max drawdown', only.drawdown, { unit: '%' });",
      ...(rank === 'sharpe' ? ["await create_metric('Sharpe ratio', only.sharpe, { digits: 2 });"] : []),
    ];
  }
  const extra: Lines =
    rank === 'sharpe'
      ? [
          "const wisest = highest('sharpe');",
          `await create_metric(\`Best Sharpe ratio: \${wisest.ticker}\`, wisest.sharpe, { digits: 2 });`,
        ]
      : [];
  return [
    'const highest = (measure) => table.reduce((a, b) => (b[measure] > a[measure] ? b : a));',
    'const lowest = (measure) => table.reduce((a, b) => (b[measure] < a[measure] ? b : a));',
    "const best = highest('return');",
    "const worst = lowest('return');",
    "const wildest = highest('volatility');",
    "const deepest = lowest('drawdown');",
    ...extra,
    ...[
      ['Best return', 'best', 'return', 'note: span'],
      ['Worst return', 'worst', 'return', 'note: span'],
      ['Most volatile', 'wildest', 'volatility', "note: 'annualised'"],
      ['Deepest drawdown', 'deepest', 'drawdown', 'note: span'],
    ].flatMap(([title, row, key, note]) => [
      `await create_metric(\`${title}: \${${row}.ticker}\`, ${row}.${key}, { unit: '%', ${note} });`,
    ]),
    '',
  ];
}

function pictures(writing: Writing, rank: Measure, shown: string): Lines {
  const { plan, single } = writing;
  const type = plan.chart === 'area' ? 'area' : 'line';
  const series = single ? '' : ", series: 'ticker'";
  const lines: Lines = [];
  if (plan.views.includes('price')) {
    lines.push(
      ...rowsByDay(writing, 'days', 'close'),
      `await create_chart('${type}', \`Closing prices, \${span}\`, days, {`,
      `  x: 'date', y: 'close'${series}, unit: 'USD',`,
      '});',
    );
  }
  if (plan.views.includes('indexed')) {
    lines.push(
      ...rowsByDay(
        writing,
        'indexed',
        '100 * close / first_value(close) OVER (PARTITION BY ticker ORDER BY date) AS index',
      ),
      `await create_chart('${type}', \`Indexed to 100, \${span}\`, indexed, {`,
      `  x: 'date', y: 'index'${series},`,
      '});',
    );
  }
  if (plan.views.includes('ranking') && plan.chart !== 'table') {
    const unit = UNITS[rank] ? `, unit: '${UNITS[rank]}'` : '';
    const horizontal = plan.symbols.length > 6 ? ', horizontal: true' : '';
    lines.push(
      `await create_chart('bar', \`${label(rank)}, \${span}\`, ${shown}, {`,
      `  x: 'ticker', y: '${rank}'${unit}, sort: 'none'${horizontal},`,
      '});',
    );
  }
  if (plan.views.includes('risk')) {
    lines.push(
      `await create_chart('scatter', \`Return against volatility, \${span}\`, table, {`,
      `  x: 'volatility', y: 'return'${series}, xUnit: '%', unit: '%',`,
      '});',
    );
  }
  return lines;
}

function rowsByDay(writing: Writing, name: string, value: string): Lines {
  const thin = thinning(writing);
  return [
    ...(thin
      ? [
          `// A long time: ${thin.includes("'week'") ? 'the last day of each week' : 'the last day of each month'} is enough for a picture.`,
        ]
      : []),
    `const ${name} = await query(`,
    `  \`SELECT ticker, date, ${value}`,
    `   FROM prices${since(writing)}`,
    ...qualify(thin),
    '   ORDER BY date`,',
    '  series,',
    ');',
  ];
}

function rankingTable(plan: Plan, measures: Measure[], rank: Measure, shown: string): Lines {
  const title = `${plan.top ? `First ${plan.top} by` : 'By'} ${MEASURE_WORDS[rank]}`;
  return [
    `await create_table(\`${title}, \${span}\`, ${shown}, [`,
    "  { name: 'ticker', label: 'Ticker' },",
    ...measures.map((measure) => {
      const unit = UNITS[measure] ? `, unit: '${UNITS[measure]}'` : '';
      return `  { name: '${measure}', label: '${label(measure)}'${unit}, digits: ${measure === 'sharpe' || measure === 'price' ? 2 : 1} },`;
    }),
    ']);',
  ];
}

function clauses(plan: Plan, rank: Measure, shown: string): string[] {
  const digits = rank === 'sharpe' || rank === 'price' ? 2 : 1;
  const unit = UNITS[rank] === '%' ? '%' : UNITS[rank] ? ' USD' : '';
  const few = Math.min(plan.symbols.length, plan.top ?? Number.POSITIVE_INFINITY) <= 5;
  const rows = few ? shown : `${shown}.slice(0, 5)`;
  const by = `by ${MEASURE_WORDS[rank]}${few ? '' : ', first 5'}`;
  return [
    `${by}: \${${rows}.map((row) => \`\${row.ticker} \${row.${rank}.toFixed(${digits})}${unit}\`).join(', ')}`,
    ...(rank === 'return'
      ? [`most volatile \${wildest.ticker} (\${wildest.volatility.toFixed(1)}% a year)`]
      : [
          `best return \${best.ticker} (\${best.return.toFixed(1)}%)`,
          `worst \${worst.ticker} (\${worst.return.toFixed(1)}%)`,
        ]),
    `\${span}`,
  ];
}

function singleClauses(plan: Plan): string[] {
  return [
    `${plan.symbols.join('')} returned \${only.return.toFixed(1)}% over \${span}`,
    `volatility \${only.volatility.toFixed(1)}% a year`,
    `deepest fall \${only.drawdown.toFixed(1)}%`,
    ...(plan.rank === 'sharpe' ? [`Sharpe ratio \${only.sharpe.toFixed(2)}`] : []),
  ];
}

function label(measure: Measure): string {
  const words = MEASURE_WORDS[measure];
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}
