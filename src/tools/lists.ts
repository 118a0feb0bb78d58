/**
 * Lists as arguments of tools. They show themselves to the model as what they are, but each item is looked at once
 * and none is copied: what Zod does with every cell of a large table would hold up everybody.
 */
import { z } from 'zod';
import type { Row } from '../agent/report.ts';

/** A plain object. Its values may be anything. */
export const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const row = z.record(z.string(), z.unknown());

export const rowList = () => listOf<Row>(row, isRow, 'object');

export const rowOrNumberList = () =>
  listOf(z.union([row, z.number()]), (item): item is Row | number => isRow(item) || isNumber(item), 'object');

/** @param most numbers */
export const numberList = (most: number) => listOf(z.number(), isNumber, 'number', most);

/** @param most numbers and nulls */
export const nullableNumberList = (most: number) =>
  listOf(
    z.number().nullable(),
    (item): item is number | null => item === null || isNumber(item),
    'number',
    most,
  );

function listOf<T>(shown: z.ZodType, isItem: (item: unknown) => item is T, expected: string, most?: number) {
  const array = most === undefined ? z.array(shown) : z.array(shown).max(most);
  return z
    .custom<T[]>()
    .superRefine((value: unknown, context) => {
      const wrong = (message: string, path: number[] = []) =>
        context.addIssue({ code: 'custom', message, path });
      if (!Array.isArray(value)) return wrong(`expected array, received ${typeName(value)}`);
      if (most !== undefined && value.length > most)
        return wrong(`expected at most ${most} items, received ${value.length}`);
      const index = value.findIndex((item) => !isItem(item));
      if (index >= 0) wrong(`expected ${expected}, received ${typeName(value[index])}`, [index]);
    })
    .meta({ ...z.toJSONSchema(array), $schema: undefined });
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
