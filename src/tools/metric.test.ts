import { expect, it } from 'vitest';
import { ReportBuilder } from '../agent/report.ts';
import type { ToolContext } from '../agent/tool.ts';
import { createMetric } from './metric.ts';

function show(...args: unknown[]) {
  const report = new ReportBuilder(2);
  const said = createMetric.run(createMetric.parse(args), { report } as unknown as ToolContext);
  return { said, blocks: report.blocks };
}

it('puts a number with its options into the report and confirms it as people will read it', () => {
  const options = { unit: '%', delta: -2.4, deltaUnit: 'pp', note: '2022', digits: 1 };
  const { said, blocks } = show('Volatility', 28.456, options);
  expect(blocks).toEqual([{ kind: 'metric', label: 'Volatility', value: 28.456, ...options }]);
  expect(said).toBe('Metric "Volatility": 28.5%');
});

it('takes text, and a call without options', () => {
  expect(show('Most volatile', 'TSLA', null).blocks).toEqual([
    { kind: 'metric', label: 'Most volatile', value: 'TSLA' },
  ]);
});

it.each<[string, unknown[], string]>([
  [
    'no value',
    ['Best', null],
    'create_metric: value: expected a number or text; null or undefined mostly means',
  ],
  ['an object', ['Best', { close: 1 }], 'value: expected a number or text'],
  ['no label', [' ', 1], 'label'],
  ['an unknown option', ['Best', 1, { colour: 'red' }], 'colour'],
  ['half a digit', ['Best', 1, { digits: 1.5 }], 'options.digits'],
  ['text as a delta', ['Best', 1, { delta: '+3%' }], 'options.delta: expected number, received string'],
])('refuses %s', (_, args, message) => {
  expect(() => show(...args)).toThrow(
    expect.objectContaining({ code: 'bad_input', message: expect.stringContaining(message) }),
  );
});

it('shows how it is called to those who called it otherwise', () => {
  expect(() => show({ label: 'Best', value: 1 })).toThrow(
    expect.objectContaining({
      hint: 'Call it as create_metric(label, value, options?), with options { unit, delta, deltaUnit, note, digits }.',
    }),
  );
});
