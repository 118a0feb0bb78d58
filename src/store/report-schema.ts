/**
 * The stored shape of a report, version 1. Frozen: a report that was written once must open for ever, so
 * a change of the shape is a new version beside this one, with its step from the old to the new in receipts.ts.
 * Keys that it does not know are kept.
 */
import { z } from 'zod';
import type { ErrorCode } from '../agent/errors.ts';
import type { Report } from '../agent/report.ts';

const record = z.record(z.string(), z.unknown());
const digits = z.number().optional();

const errorRecord = z.looseObject({
  // Not an enumeration: a code that was named later or forgotten since must not close an old report.
  code: z.custom<ErrorCode>((code) => typeof code === 'string'),
  message: z.string(),
  hint: z.string().optional(),
});

const metric = z.looseObject({
  kind: z.literal('metric'),
  label: z.string(),
  value: z.union([z.number(), z.string(), z.null()]),
  unit: z.string().optional(),
  delta: z.number().optional(),
  deltaUnit: z.string().optional(),
  note: z.string().optional(),
  digits,
});

const table = z.looseObject({
  kind: z.literal('table'),
  title: z.string(),
  columns: z.array(
    z.looseObject({ name: z.string(), label: z.string().optional(), unit: z.string().optional(), digits }),
  ),
  rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))),
});

const chart = z.looseObject({
  kind: z.literal('chart'),
  type: z.string(),
  title: z.string(),
  alt: z.string(),
  spec: record,
  rows: z.array(record),
  image: z
    .looseObject({ key: z.string(), width: z.number(), height: z.number(), bytes: z.number() })
    .optional(),
});

const call = z.looseObject({
  tool: z.string(),
  name: z.string(),
  args: z.array(z.unknown()),
  resultHash: z.string().nullable(),
  rows: z.number().optional(),
  durationMs: z.number(),
  cached: z.boolean(),
  error: errorRecord.optional(),
});

const program = z.looseObject({
  source: z.string(),
  error: z
    .looseObject({
      name: z.string(),
      message: z.string(),
      line: z.number().optional(),
      column: z.number().optional(),
      hint: z.string().optional(),
    })
    .nullable(),
});

const receipt = z.looseObject({
  version: z.literal(1),
  runId: z.string(),
  question: z.string(),
  user: z.string(),
  thread: z.string(),
  askedAt: z.number(),
  finishedAt: z.number(),
  model: z.string(),
  turns: z.number(),
  programs: z.array(program),
  calls: z.array(call),
  usage: z.looseObject({
    inputTokens: z.number(),
    outputTokens: z.number(),
    cacheReadTokens: z.number(),
    cacheWriteTokens: z.number(),
    cost: z.number().nullable(),
  }),
  versions: z.record(z.string(), z.string()),
});

export const reportSchemaV1: z.ZodType<Report> = z.looseObject({
  runId: z.string(),
  question: z.string(),
  summary: z.string(),
  blocks: z.array(z.discriminatedUnion('kind', [metric, table, chart])),
  program: z.string().nullable(),
  error: errorRecord.nullable(),
  attempts: z.number(),
  receipt,
  freshness: z.array(
    z.looseObject({ source: z.string(), lastDate: z.string().optional(), kind: z.enum(['live', 'bundled']) }),
  ),
});
