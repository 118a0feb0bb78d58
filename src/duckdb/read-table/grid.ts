/** Rows of cells as they stand in a sheet or a text file -> a table: where it starts, and what its columns are called. */

export type Grid = unknown[][];

export interface RawTable {
  names: string[];
  /** Without the header; as many cells as names. */
  rows: Grid;
  /** Something a reader should know about where it comes from. */
  note?: string;
}

/** Rows among which the header is looked for: people write titles above their tables. */
export const HEADER_ROWS = 20;
const NAME_CHARS = 60;

const filled = (row: unknown[]) =>
  row.reduce((count: number, cell) => (cell === null ? count : count + 1), 0);

/** @returns the index of the first row that is about as wide as those below it */
export function firstRow(grid: Grid): number {
  const counts = grid.slice(0, HEADER_ROWS).map(filled);
  const widest = Math.max(0, ...counts);
  return Math.max(
    0,
    counts.findIndex((count) => count * 2 > widest),
  );
}

/** Whether a row names columns. A number can only be a name when it is a year. */
export function isHeader(row: unknown[]): boolean {
  return row.every((cell) => {
    const number = typeof cell === 'string' ? Number(cell) : cell;
    if (typeof number !== 'number' || Number.isNaN(number)) return true;
    return Number.isInteger(number) && number >= 1900 && number <= 2100;
  });
}

/** Without empty columns that have no name. */
export function toTable(header: unknown[] | null, rows: Grid): RawTable {
  const width = rows.reduce((most, row) => Math.max(most, row.length), header?.length ?? 0);
  const columns = Array.from({ length: width }, (_, i) => i).filter(
    (i) => (header?.[i] ?? null) !== null || rows.some((row) => (row[i] ?? null) !== null),
  );
  const names = cleanNames(columns.map((i) => header?.[i] ?? null));
  return { names, rows: rows.map((row) => columns.map((i) => row[i] ?? null)) };
}

/** Unique in SQL, never empty, one line each; otherwise as the person wrote them. */
export function cleanNames(names: unknown[]): string[] {
  const taken = new Set<string>();
  return names.map((name, i) => {
    const text = String(name ?? '')
      .replace(/["`\s\p{C}]+/gu, ' ')
      .trim()
      .slice(0, NAME_CHARS)
      .trim();
    // `__proto__` is no key like others.
    const base = text === '' || text === '__proto__' ? `column_${i + 1}` : text;
    let unique = base;
    for (let n = 2; taken.has(unique.toLowerCase()); n++) unique = `${base}_${n}`;
    taken.add(unique.toLowerCase());
    return unique;
  });
}
