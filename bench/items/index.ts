/** The benchmarks there are, in the order of the table. To add one, write its file and add it here. */
import type { Item } from '../harness/item.ts';
import { ack } from './ack.ts';
import { charts } from './charts.ts';
import { endurance } from './endurance.ts';
import { load } from './load.ts';
import { query } from './query.ts';
import { question } from './question.ts';
import { parallel, sandbox } from './sandbox.ts';
import { start } from './start.ts';

export const ITEMS: readonly Item[] = [
  sandbox,
  parallel,
  query,
  charts,
  question,
  load,
  endurance,
  start,
  ack,
];
