/**
 * Finished reports with their receipts, by run and by the person who asked. What is opened was perhaps
 * written by another version of the program: it is checked, and read by the schema of its own version.
 */
import { z } from 'zod';
import { AnalystError } from '../agent/errors.ts';
import type { Store } from '../agent/ports.ts';
import type { Report } from '../agent/report.ts';
import { keyPart, timePart } from './keys.ts';
import { STORE_LIMITS } from './limits.ts';
import { reportSchemaV1 } from './report-schema.ts';

/** One line of a person's list. */
const listedSchema = z.object({
  runId: z.string(),
  thread: z.string(),
  question: z.string(),
  summary: z.string(),
  /** Epoch milliseconds. */
  askedAt: z.number(),
  failed: z.boolean(),
});
export type ListedReport = z.infer<typeof listedSchema>;

export interface Receipts {
  /** Idempotent for the same report. Throws AnalystError `unavailable`. */
  save(report: Report): Promise<void>;
  /** Throws AnalystError: `not_found`, `bad_input` when it cannot be read, `unavailable`. */
  open(runId: string): Promise<Report>;
  /** The last `limit` reports of a person, newest first. Throws AnalystError `unavailable`. */
  list(user: string, limit: number): Promise<ListedReport[]>;
}

/** The version of a stored report -> what turns it into the Report of today. */
const READERS: Record<number, z.ZodType<Report>> = { 1: reportSchemaV1 };

const versionSchema = z.object({ receipt: z.object({ version: z.int() }) });

export function createReceipts(store: Store): Receipts {
  const options = { ttlMs: STORE_LIMITS.ttlMs.report };
  const reportKey = (runId: string) => `report:${runId}`;
  const listPrefix = (user: string) => `reports-of:${keyPart(user)}:`;

  return {
    async save(report) {
      const { runId, receipt, question, summary, error } = report;
      const { thread, user, askedAt } = receipt;
      const listed: ListedReport = { runId, thread, question, summary, askedAt, failed: error !== null };
      // The report first: what a list names can be opened.
      await store.set(reportKey(runId), report, options);
      await store.set(`${listPrefix(user)}${timePart(askedAt)}:${keyPart(runId)}`, listed, options);
    },

    async open(runId) {
      const stored = await store.get(reportKey(runId));
      if (stored === null) {
        throw new AnalystError('not_found', `There is no report of the run "${runId}".`, {
          hint: 'It may still be running, or be too old: reports are kept for half a year.',
        });
      }
      return readReport(runId, stored);
    },

    async list(user, limit) {
      const keys = (await store.keys(listPrefix(user))).sort().reverse().slice(0, limit);
      const entries = await Promise.all(keys.map((key) => store.get(key)));
      return entries.flatMap((entry) => listedSchema.safeParse(entry).data ?? []);
    },
  };
}

function readReport(runId: string, stored: unknown): Report {
  const unreadable = (why: string, hint?: string) =>
    new AnalystError('bad_input', `The report of the run "${runId}" cannot be read: ${why}.`, { hint });
  const version = versionSchema.safeParse(stored).data?.receipt.version;
  if (version === undefined) throw unreadable('it has no version');
  const reader = READERS[version];
  if (!reader) {
    throw unreadable(`it has version ${version}, which this program does not know`, 'Update the program.');
  }
  const report = reader.safeParse(stored);
  if (report.success) return report.data;
  const place = report.error.issues[0]?.path.join('.');
  throw unreadable(`it is damaged at ${place}`, 'Ask the question again.');
}
