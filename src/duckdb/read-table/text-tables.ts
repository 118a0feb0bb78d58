/** CSV and JSON text -> RawTable. Each throws AnalystError in words for the person. */
import { AnalystError } from '../../agent/errors.ts';
import { badLine, parseCsv } from './csv.ts';
import { cleanNames, firstRow, isHeader, type RawTable, toTable } from './grid.ts';
import { checkColumns, checkRows } from './size.ts';
import { typeColumns } from './typed-text.ts';

export function readCsv(text: string, filename: string): RawTable {
  const { records, delimiter } = parseCsv(text, filename);
  const grid = records.map(({ cells }) => cells);
  const start = firstRow(grid);
  const first = grid[start] ?? [];
  checkColumns(first.length, filename);
  const header = isHeader(first) ? first : null;
  const body = records.slice(header ? start + 1 : start);
  for (const { cells, line } of body) {
    const extra = cells.slice(first.length).some((cell) => cell !== null);
    if (cells.length === first.length || (cells.length > first.length && !extra)) continue;
    throw badLine(
      filename,
      line,
      `has ${cells.length} values where the first line of the table has ${first.length}`,
    );
  }
  checkRows(body.length, filename);
  const width = first.length;
  const columns = Array.from({ length: width }, (_, i) => body.map(({ cells }) => cells[i] ?? null));
  const typed = typeColumns(columns, delimiter !== ',');
  return toTable(
    header,
    body.map((_, row) => typed.map((cells) => cells[row])),
  );
}

export function readJson(text: string, filename: string): RawTable {
  const objects = rowsOf(parseJson(text, filename)).map((row) => (isObject(row) ? row : { value: row }));
  const keys = new Set<string>();
  for (const row of objects) for (const key of Object.keys(row)) keys.add(key);
  checkColumns(keys.size, filename);
  const order = [...keys];
  return { names: cleanNames(order), rows: objects.map((row) => order.map((key) => row[key] ?? null)) };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An array, or an object that holds nothing but one, or a single row. */
function rowsOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  const [only, another] = isObject(value) ? Object.values(value) : [];
  return Array.isArray(only) && another === undefined ? only : [value];
}

/** One value, or one a line. */
function parseJson(text: string, filename: string): unknown {
  // Integers that a double cannot hold stay text.
  const reviver = /\d{16}/.test(text) ? keepLongIntegers : undefined;
  try {
    return JSON.parse(text, reviver);
  } catch (whole) {
    const lines = text.split('\n');
    return lines.flatMap((line, index) => {
      if (line.trim() === '') return [];
      try {
        return [JSON.parse(line, reviver)];
      } catch (cause) {
        if (index > 0 && lines.length > 1) throw badLine(filename, index + 1, 'is not valid JSON');
        const detail =
          whole instanceof SyntaxError ? whole.message.replace(/, "[\s\S]*$/, '') : 'nested too deeply';
        throw new AnalystError('bad_input', `The file ${filename} is not valid JSON: ${detail}.`, { cause });
      }
    });
  }
}

function keepLongIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? (context?.source ?? value) : value;
}
