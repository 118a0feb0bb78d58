/** The durable functions. To add one: write its file and add it here. */
import { type AnalyzeDeps, createAnalyze } from './analyze.ts';
import { createCancelled } from './cancelled.ts';
import type { Client } from './client.ts';

export type FunctionDeps = AnalyzeDeps;

export function createFunctions(client: Client, deps: FunctionDeps) {
  return [createAnalyze(client, deps), createCancelled(client, deps)];
}
