/** The chart types there are. To add one, write its file and add it here. */
import { area } from './area.ts';
import { bar } from './bar.ts';
import { candlestick } from './candlestick.ts';
import type { ChartType } from './chart.ts';
import { heatmap } from './heatmap.ts';
import { histogram } from './histogram.ts';
import { line } from './line.ts';
import { pie } from './pie.ts';
import { scatter } from './scatter.ts';
import { spec } from './spec.ts';

export const CHART_TYPES: readonly ChartType[] = [
  line,
  area,
  bar,
  scatter,
  histogram,
  heatmap,
  pie,
  candlestick,
  spec,
];
