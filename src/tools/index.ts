/** What a program may call, in the order of the prompt. To add a tool: write its file and add it here. */
import type { Cache } from '../agent/ports.ts';
import type { Tool } from '../agent/tool.ts';
import type { DuckDb } from '../duckdb/duckdb.ts';
import { createChartTool } from './chart.ts';
import { createMetric } from './metric.ts';
import { createQueryTool } from './query.ts';
import { STATISTICS_TOOLS } from './statistics.ts';
import { createTable } from './table.ts';

export interface ToolDeps {
  duckdb: DuckDb;
  cache: Cache;
}

export function createTools(deps: ToolDeps): Tool[] {
  return [createQueryTool(deps), createMetric, createTable, createChartTool(), ...STATISTICS_TOOLS];
}
