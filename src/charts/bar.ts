import type { ChartType } from './chart.ts';
import { line } from './line.ts';
export const bar: ChartType = { names: ['bar'], build: (request) => line.build(request) };
