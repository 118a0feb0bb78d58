/**
 * `create_chart`: a picture into the report, as a specification that is drawn later. Inline, so that a replay
 * puts it there again. The block keeps the rows as they came, for CSV; the specification holds what is drawn.
 */
import { z } from 'zod';
import { AnalystError } from '../agent/errors.ts';
import { LIMITS } from '../agent/limits.ts';
import type { Chart, Row } from '../agent/report.ts';
import { defineTool, type Tool } from '../agent/tool.ts';
import type { ChartOptions } from '../charts/chart.ts';
import { CHART_TYPES } from '../charts/index.ts';
import { checkPointCount } from '../charts/points.ts';
import { rowOrNumberList } from './lists.ts';

const ALT_CHARS = 500;

const text = () => z.string().optional();
const options = z.strictObject({
  x: text().describe('column; found by its kind if absent'),
  y: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe('column or, for wide rows, columns'),
  series: text().describe('column that tells the lines, bars or groups apart'),
  value: text().describe('heatmap: column of the colour'),
  size: text().describe('scatter: column of the area of the points'),
  unit: text().describe('of the values: "%", "USD", "x", …'),
  xUnit: text().describe('of x in scatter and histogram'),
  xLabel: text().describe("default: the column's name"),
  yLabel: text().describe("default: the column's name"),
  subtitle: text().describe('period, source, how it was computed'),
  stacked: z
    .union([z.boolean(), z.literal('percent')])
    .optional()
    .describe('bar, area; "percent": shares of 100 %'),
  horizontal: z.boolean().optional().describe('bar: sorted by value, best for rankings'),
  sort: z.enum(['value', 'none']).optional().describe('bar, pie'),
  bins: z.int().min(2).max(100).optional().describe('histogram'),
  log: z.boolean().optional().describe('logarithmic axis: line, scatter'),
  spec: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('type "spec": Vega-Lite; its data are the rows'),
}) satisfies z.ZodType<ChartOptions>;

export function createChartTool(): Tool {
  const names = CHART_TYPES.flatMap((type) => type.names);
  return defineTool({
    name: 'create_chart',
    description: `Shows a chart of rows, such as those of query. Returns a short confirmation.
Columns are found by their kind, or named in options. Dates are ISO strings. Nulls are gaps. Pass numbers unrounded; for the unit "%" multiply fractions by 100. At most ${LIMITS.chartPoints} points; throws when there are none.
create_chart("line", "Prices", rows, { unit: "USD" })                            // long [{ date, ticker, close }] or wide [{ date, AAPL, MSFT }]
create_chart("bar", "Volatility", rows, { horizontal: true, unit: "%" })         // [{ ticker, vol }]; several series stand side by side, or stacked: true
create_chart("area", "Weights", rows, { stacked: "percent" })                    // like line
create_chart("scatter", "Risk and return", rows, { x: "vol", y: "ret", unit: "%", xUnit: "%" }) // [{ ticker, vol, ret }]: each point is named
create_chart("histogram", "Daily returns", rows, { x: "ret", unit: "%" })        // [{ ret }], counted for you
create_chart("heatmap", "Correlation", rows)                                     // [{ a, b, corr }] or a matrix [{ ticker, AAPL, MSFT }]
create_chart("pie", "Portfolio", rows, { unit: "USD" })                          // [{ ticker, value }]
create_chart("candlestick", "AAPL", rows, { unit: "USD" })                       // [{ date, open, high, low, close }] of one security; from closes: first, max, min, last of each week`,
    parameters: {
      type: z.enum(names as [string, ...string[]]),
      title: z.string().trim().min(1).describe('what the chart shows'),
      rows: rowOrNumberList().describe('one object a row; or numbers'),
      options: options.optional(),
    },
    returns: 'string',
    durable: false,
    run({ type, title, rows: given, options: chosen = {} }, context) {
      checkPointCount(given.length);
      const rows: Row[] = given.map((row) => (typeof row === 'number' ? { value: row } : row));
      const chartType = CHART_TYPES.find((candidate) => candidate.names.includes(type));
      if (!chartType) throw new AnalystError('bad_input', `create_chart: there is no type "${type}".`);
      const { spec, outline, summary } = chartType.build({ title, rows, options: chosen });
      const alt = `${type[0]?.toUpperCase()}${type.slice(1)} chart "${title}": ${summary}.`;
      const chart: Chart = {
        kind: 'chart',
        type: chartType.names[0],
        title,
        alt: alt.length > ALT_CHARS ? `${alt.slice(0, ALT_CHARS - 1)}…` : alt,
        spec,
        rows,
      };
      context.report.add(chart);
      return `Chart "${title}" added: ${type}, ${outline}`;
    },
  });
}
