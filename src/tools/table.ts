/**
 * `create_table`: rows into the report, as cells that every surface can show. Inline, so that a replay puts
 * it there again. Holds all rows up to the limit; how many of them are shown is for the surface to decide.
 */
import { z } from 'zod';
import { AnalystError } from '../agent/errors.ts';
import { LIMITS } from '../agent/limits.ts';
import type { Cell, Column, Row, Table } from '../agent/report.ts';
import { defineTool } from '../agent/tool.ts';
import { rowList } from './lists.ts';

const column = z.union([
  z.string(),
  z.strictObject({
    name: z.string().describe('key in the rows'),
    label: z.string().describe('heading; the name if absent').optional(),
    unit: z.string().describe('"%", "USD", …').optional(),
    digits: z.int().min(0).max(10).describe('digits after the decimal point').optional(),
  }),
]);

export const createTable = defineTool({
  name: 'create_table',
  description: `Shows rows as a table. Returns a short confirmation.
Takes objects, such as the rows of query. Numbers are formatted for you: pass them unrounded; for the unit "%" multiply fractions by 100. At most ${LIMITS.tableRows} rows; throws when there are none.
create_table("By volatility", rows, ["ticker", { name: "vol", label: "Volatility", unit: "%", digits: 1 }])`,
  parameters: {
    title: z.string().trim().min(1).describe('what the rows are'),
    rows: rowList().describe('one object a row, in the order to show'),
    columns: z.array(column).min(1).describe('which keys, in order; all if absent').optional(),
  },
  returns: 'string',
  durable: false,
  run({ title, rows, columns }, context) {
    if (rows.every((row) => Object.keys(row).length === 0)) {
      throw new AnalystError('no_data', `The table "${title}" has nothing to show: no rows.`, {
        hint: 'Look at the filter, the dates and the tickers of the query; show no table when nothing matches.',
      });
    }
    if (rows.length > LIMITS.tableRows) {
      throw new AnalystError(
        'too_large',
        `The table "${title}" has ${rows.length} rows; a table holds at most ${LIMITS.tableRows}.`,
        { hint: 'Aggregate in SQL, or keep the most important rows with ORDER BY and LIMIT.' },
      );
    }
    const table = buildTable(title, rows, columns);
    context.report.add(table);
    return `Table "${title}": ${rows.length} rows, columns ${table.columns.map((c) => c.name).join(', ')}`;
  },
});

function buildTable(title: string, rows: Row[], chosen?: (string | Column)[]): Table {
  const known = new Set(rows.flatMap((row) => Object.keys(row)));
  const columns: Column[] = (chosen ?? [...known]).map((c) => (typeof c === 'string' ? { name: c } : c));
  const unknown = columns.filter(({ name }) => !known.has(name)).map(({ name }) => `"${name}"`);
  if (unknown.length > 0) {
    throw new AnalystError('bad_input', `The rows of "${title}" have no column ${unknown.join(', ')}.`, {
      hint: `Their columns are: ${[...known].join(', ')}.`,
    });
  }
  return {
    kind: 'table',
    title,
    columns,
    rows: rows.map((row) => Object.fromEntries(columns.map(({ name }) => [name, toCell(row[name])]))),
  };
}

function toCell(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return JSON.stringify(value);
}
