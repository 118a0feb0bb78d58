/**
 * A workbook's bytes -> RawTable: the first sheet that has something in it. Formulas are what they were when the
 * workbook was saved.
 */
import readWorkbook from 'read-excel-file/universal';
import { AnalystError } from '../../agent/errors.ts';
import { firstRow, type Grid, isHeader, type RawTable, toTable } from './grid.ts';
import { damaged } from './kind.ts';

export async function readExcel(bytes: Buffer, filename: string): Promise<RawTable> {
  const sheets = await readWorkbook(new Uint8Array(bytes).buffer).catch((cause: unknown) => {
    throw damaged(filename, cause);
  });
  const filled = sheets.map(({ sheet, data }) => ({
    sheet,
    grid: (data as Grid).filter((row) => row.some((cell) => cell !== null)),
  }));
  const chosen = filled.find(({ grid }) => grid.length > 0);
  if (!chosen) throw new AnalystError('bad_input', `The workbook ${filename} has no data.`);
  const grid = chosen.grid.map((row) => row.map(plainCell));
  const start = firstRow(grid);
  const header = isHeader(grid[start] ?? []) ? (grid[start] ?? []) : null;
  const table = toTable(header, grid.slice(header ? start + 1 : start));
  if (sheets.length === 1) return table;
  return { ...table, note: `sheet ${chosen.sheet}, one of ${sheets.length}` };
}

/** Excel counts days from 1899-12-30: what is on that day is a time of day. */
function plainCell(cell: unknown): unknown {
  if (!(cell instanceof Date)) return cell;
  const iso = new Date(Math.round(cell.getTime() / 1000) * 1000).toISOString();
  const [day, clock] = [iso.slice(0, 10), iso.slice(11, 19)];
  if (day === '1899-12-30') return clock;
  return clock === '00:00:00' ? day : `${day}T${clock}Z`;
}
