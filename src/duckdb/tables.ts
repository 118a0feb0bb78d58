/**
 * Rows as programs have them (arrays of plain objects) into typed columns: a column is BIGINT, DOUBLE, BOOLEAN,
 * DATE, TIMESTAMP or VARCHAR when every value in it can be that, in this order of preference; nested values are
 * JSON text. Nulls and missing keys are NULL.
 */
import { AnalystError } from '../agent/errors.ts';
import type { Row } from '../agent/report.ts';
import { isoDay } from './days.ts';
import { limits } from './limits.ts';

export type ColumnType = 'BIGINT' | 'DOUBLE' | 'BOOLEAN' | 'DATE' | 'TIMESTAMP' | 'VARCHAR';

export interface TableColumn {
  name: string;
  type: ColumnType;
  values: (Scalar | null)[];
}

type Scalar = string | number | boolean;

const TIMESTAMP = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?$/;

/** Takes rows in parts; a column that appears late was NULL before. */
export function collectColumns(table: string) {
  const columns = new Map<string, (Scalar | null)[]>();
  let count = 0;
  return {
    add(rows: readonly Row[]): void {
      for (const row of rows) {
        for (const [name, value] of Object.entries(row)) {
          let values = columns.get(name);
          if (!values) {
            if (columns.size === limits.columns) throw tooWide(table);
            values = [];
            columns.set(name, values);
          }
          values[count] = scalar(value);
        }
        count++;
      }
    },
    finish(): { columns: TableColumn[]; rows: number } {
      checkNames(table, [...columns.keys()]);
      const typed = [...columns].map(([name, sparse]) => {
        const values = Array.from({ length: count }, (_, i) => sparse[i] ?? null);
        return typedColumn(name, values);
      });
      return { columns: typed, rows: count };
    },
  };
}

function scalar(value: unknown): Scalar | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return JSON.stringify(value);
}

function typedColumn(name: string, values: (Scalar | null)[]): TableColumn {
  const type = inferType(values);
  if (type !== 'VARCHAR') return { name, type, values };
  return { name, type, values: values.map((value) => (value === null ? null : String(value))) };
}

function inferType(values: readonly (Scalar | null)[]): ColumnType {
  const present = values.filter((value) => value !== null);
  if (present.length === 0) return 'VARCHAR';
  if (present.every((value) => Number.isSafeInteger(value))) return 'BIGINT';
  if (present.every((value) => typeof value === 'number')) return 'DOUBLE';
  if (present.every((value) => typeof value === 'boolean')) return 'BOOLEAN';
  if (present.every((value) => isDate(value))) return 'DATE';
  if (present.every((value) => isDate(value) || isTimestamp(value))) return 'TIMESTAMP';
  return 'VARCHAR';
}

const isDate = (value: Scalar) => typeof value === 'string' && value.length === 10 && isoDay(value) !== null;

const isTimestamp = (value: Scalar) =>
  typeof value === 'string' && TIMESTAMP.test(value) && !Number.isNaN(Date.parse(value));

function checkNames(table: string, names: string[]): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    const lower = name.toLowerCase();
    const twin = seen.get(lower);
    if (name === '') throw new AnalystError('bad_input', `Table ${table} has a column without a name.`);
    if (twin !== undefined) {
      throw new AnalystError(
        'bad_input',
        `Table ${table} has columns ${twin} and ${name}, the same name in SQL.`,
        {
          hint: 'Rename one of them in the program.',
        },
      );
    }
    seen.set(lower, name);
  }
  if (names.length === 0) throw new AnalystError('bad_input', `The rows of table ${table} have no columns.`);
}

function tooWide(table: string): AnalystError {
  return new AnalystError('too_large', `Table ${table} has more than ${limits.columns} columns.`, {
    hint: 'Hand over the columns that the statement needs.',
  });
}
