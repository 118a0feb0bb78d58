/** `create_metric`: one headline number into the report. Inline, so that a replay puts it there again. */
import { z } from 'zod';
import { formatCell } from '../agent/format.ts';
import type { Metric } from '../agent/report.ts';
import { defineTool } from '../agent/tool.ts';

const NOT_A_VALUE = 'expected a number or text; null or undefined mostly means a misspelt column or variable';

export const createMetric = defineTool({
  name: 'create_metric',
  description: `Shows one headline number. Returns a short confirmation.
Numbers are formatted for you: pass them unrounded. With the unit "%" the value must be in percent: multiply fractions by 100. Currencies are ISO codes ("USD").
create_metric("AAPL volatility", volatility * 100, { unit: "%", note: "daily, annualised" })
create_metric("AAPL close", 129.61, { unit: "USD", delta: -2.4, deltaUnit: "%", note: "2022-12-29, against a week before" })`,
  parameters: {
    label: z.string().trim().min(1).describe('what the number is'),
    value: z
      .union([z.number(), z.string()], { error: NOT_A_VALUE })
      .describe('a number, or text such as a ticker or a date'),
    options: z
      .strictObject({
        unit: z.string().describe('"%", "USD", "x", "days", …').optional(),
        delta: z.number().describe('signed change of this value against another time or thing').optional(),
        deltaUnit: z.string().describe('default: the unit').optional(),
        note: z.string().describe('a short qualification, e.g. the period').optional(),
        digits: z.int().min(0).max(10).describe('after the decimal point; by magnitude if absent').optional(),
      })
      .optional(),
  },
  returns: 'string',
  durable: false,
  run({ label, value, options }, context) {
    const metric: Metric = { kind: 'metric', label, value, ...options };
    context.report.add(metric);
    return `Metric "${label}": ${formatCell(value, metric)}`;
  },
});
