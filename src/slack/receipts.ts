/** What this room reads of past runs; the store's own receipts fit. */
import type { Report } from '../agent/report.ts';

export interface ListedReport {
  runId: string;
  question: string;
  /** Epoch milliseconds. */
  askedAt: number;
  failed: boolean;
}

export interface Receipts {
  /** Throws AnalystError `not_found`. */
  open(runId: string): Promise<Report>;
  /** The last reports of a person, newest first. */
  list(user: string, limit: number): Promise<ListedReport[]>;
}
