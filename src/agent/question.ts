/** What was asked, by whom, and where the answer goes. Parsed once at the edge, trusted inside. */
import { z } from 'zod';

/** A table that came with the question (an attached file), readable by `query` under its name. */
const attachedTableSchema = z.object({
  /** SQL identifier, unique within the question. */
  name: z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/),
  /** What the person called it. */
  file: z.string(),
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  rowCount: z.number().int().nonnegative(),
  /** Where the rows are in the store (a JSON array of objects). */
  key: z.string(),
});
export type AttachedTable = z.infer<typeof attachedTableSchema>;

export const questionSchema = z.object({
  /** Unique for one asking, however often it is delivered: `team:channel:ts`, or `cli:<uuid>`. */
  id: z.string().min(1),
  text: z.string(),
  /** The conversation it belongs to. */
  thread: z.string().min(1),
  user: z.string().min(1),
  team: z.string().default(''),
  /** Epoch milliseconds. */
  askedAt: z.number(),
  tables: z.array(attachedTableSchema).default([]),
  /** Runs in place of the model's first turn: if it fails, so does the run. With `rerun`, no model is called. */
  program: z.string().optional(),
  /** The run whose program is run again on fresh data. */
  rerun: z.string().optional(),
  /** Opaque to the core: where an edge delivers the answer. */
  replyTo: z.json().optional(),
});
export type Question = z.infer<typeof questionSchema>;

/** One earlier question of the conversation and what was answered. */
export interface Exchange {
  question: string;
  /** The last program that ran, if any. */
  program: string | null;
  summary: string;
}
