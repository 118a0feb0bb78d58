/** Programs about the price itself: one ticker on its own, and prices with their moving averages. */
import { type Fragment, fetchSeries, type Lines, listCloses, type Writing } from './fragment.ts';
import { addDays, startOf } from './period.ts';

export function singlePrice({ plan }: Writing): Fragment {
  const symbol = plan.symbols.join('');
  const type = plan.chart === 'area' ? 'area' : 'line';
  return {
    lines: [
      '// All days and closes, in order.',
      'const [{ dates, closes }] = await query(',
      "  'SELECT list(date ORDER BY date) AS dates, list(close ORDER BY date) AS closes FROM prices',",
      '  series,',
      ');',
      'const days = dates.map((date, i) => ({ date, close: closes[i] }));',
      `const span = \`\${dates[0]} to \${dates.at(-1)}\`;`,
      '',
      'const change = (closes.at(-1) / closes[0] - 1) * 100;',
      'const volatility = (await annualised_volatility(await calculate_returns(closes))) * 100;',
      'const { drawdown, peakIndex, troughIndex } = await max_drawdown(closes);',
      '',
      `await create_metric('${symbol} close', closes.at(-1), {`,
      "  unit: 'USD', digits: 2, delta: change, deltaUnit: '%', note: span,",
      '});',
      "await create_metric('Volatility', volatility, { unit: '%', note: 'annualised' });",
      "await create_metric('Max drawdown', drawdown * 100, {",
      `  unit: '%', note: \`\${dates[peakIndex]} to \${dates[troughIndex]}\`,`,
      '});',
      `await create_chart('${type}', \`${symbol}, \${span}\`, days, { x: 'date', y: 'close', unit: 'USD' });`,
    ],
    clauses: [
      `${symbol} closed at \${closes.at(-1).toFixed(2)} USD, \${change.toFixed(1)}% over \${span}`,
      `volatility \${volatility.toFixed(1)}% a year`,
      `deepest fall \${(drawdown * 100).toFixed(1)}%`,
    ],
  };
}

/** Fetches earlier days too, so that the longest average is there on the first day that is shown. */
export function movingAverages(writing: Writing): Fragment {
  const { plan, today } = writing;
  const windows = plan.windows ?? [50, 200];
  const longest = Math.max(...windows);
  const from = startOf(plan.period, today);
  const end = 'end' in plan.period ? plan.period.end : undefined;
  // Five trading days a week, and two weeks for holidays.
  const early =
    from === null
      ? plan.period
      : { start: addDays(from, -Math.ceil(longest * 1.4) - 14), ...(end ? { end } : {}) };
  const body = [
    ...windows.map((window) => `const average${window} = await moving_average(closes, ${window});`),
    'const days = dates',
    '  .map((date, i) => ({',
    '    date,',
    '    close: closes[i],',
    ...windows.map((window) => `    '${label(window)}': average${window}[i],`),
    '  }))',
    `  .filter((day) => ${from ? `day.date >= '${from}'` : `day['${label(longest)}'] !== null`});`,
    'const last = days.at(-1);',
    `const gap = (last.close / last['${label(longest)}'] - 1) * 100;`,
    `await create_metric(\`\${ticker} close\`, last.close, {`,
    `  unit: 'USD', digits: 2, delta: gap, deltaUnit: '%', note: 'against the ${label(longest)}',`,
    '});',
    // A report holds only so many blocks.
    ...(plan.symbols.length > 3 ? [] : windows).flatMap((window) => [
      `await create_metric(\`\${ticker} ${label(window)}\`, last['${label(window)}'], {`,
      "  unit: 'USD', digits: 2,",
      '});',
    ]),
    'await create_chart(',
    "  'line',",
    `  \`\${ticker} and its moving averages, \${days[0].date} to \${last.date}\`,`,
    '  days,',
    `  { x: 'date', y: ['close', ${windows.map((window) => `'${label(window)}'`).join(', ')}], unit: 'USD' },`,
    ');',
  ];
  return {
    lines: [
      ...fetchSeries(writing, 'history', early),
      '',
      ...listCloses('longHistories', 'history'),
      ...loop(body, longest),
    ],
    clauses: [`\${gaps.join('; ')}`],
  };
}

function label(window: number): string {
  return `${window}-day average`;
}

/** The body once a ticker; `gaps` collects what the summary says. */
function loop(body: Lines, longest: number): Lines {
  return [
    '',
    'const gaps = [];',
    'for (const { ticker, dates, closes } of longHistories) {',
    ...body.map((line) => `  ${line}`),
    `  gaps.push(\`\${ticker} at \${last.close.toFixed(2)} USD, \${gap.toFixed(1)}% from its ${label(longest)}\`);`,
    '}',
  ];
}
