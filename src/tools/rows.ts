/**
 * Rows as arguments of tools. They show themselves to the model as what they are, but are looked at no deeper than
 * the list itself: to check and copy every cell of a large table would hold up everybody.
 */
import { z } from 'zod';
import type { Row } from '../agent/report.ts';

/** A plain object. Its values may be anything. */
export const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A list of rows.
 * @param others what else may stand in it
 */
export function rowList<T = never>(others?: { schema: z.ZodType<T>; is(value: unknown): value is T }) {
  const row: z.ZodType = z.record(z.string(), z.unknown());
  const item = others ? z.union([row, others.schema]) : row;
  return z
    .custom<(Row | T)[]>()
    .superRefine((value: unknown, context) => {
      const problem = (message: string, path: number[]) =>
        context.addIssue({ code: 'custom', message, path });
      if (!Array.isArray(value)) return problem(`expected array, received ${typeName(value)}`, []);
      const wrong = value.findIndex((element) => !isRow(element) && !others?.is(element));
      if (wrong >= 0) problem(`expected object, received ${typeName(value[wrong])}`, [wrong]);
    })
    .meta({ ...z.toJSONSchema(z.array(item)), $schema: undefined });
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
