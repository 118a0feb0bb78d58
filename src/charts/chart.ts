/**
 * What a chart type is: a pure function from rows and options to a complete Vega-Lite specification, data
 * inlined. Nothing here or in the files of the types draws, reads or waits; png.ts does.
 */
import type { Row } from '../agent/report.ts';

/** Vega-Lite 6. */
export type Spec = Record<string, unknown>;

export interface ChartOptions {
  /** Columns; inferred from the rows when absent. */
  x?: string;
  y?: string | string[];
  series?: string;
  /** Column of the cell's colour (heatmap). */
  value?: string;
  /** Column of the point's area (scatter). */
  size?: string;
  /** Of the measured values: '%' (12.3 means 12.3 %), 'USD', 'EUR', 'x', 'bps', … */
  unit?: string;
  /** Of the x values (scatter, histogram). */
  xUnit?: string;
  xLabel?: string;
  yLabel?: string;
  subtitle?: string;
  /** 'percent': every stack is scaled to 100 %. */
  stacked?: boolean | 'percent';
  horizontal?: boolean;
  /** Wanted number of bins (histogram). */
  bins?: number;
  /** Order of bars and slices; 'none' keeps the rows' order. */
  sort?: 'value' | 'none';
  /** Logarithmic values (line, scatter). */
  log?: boolean;
  /** A Vega-Lite specification; only for type "spec". */
  spec?: Spec;
}

export interface ChartRequest {
  title: string;
  rows: Row[];
  options: ChartOptions;
}

export interface Drawing {
  spec: Spec;
  /** "3 series, 753 points". */
  outline: string;
  /** What the picture shows, as the end of the sentence "Line chart "Title": …". */
  summary: string;
}

export interface ChartType {
  /** The first is the name, the others are accepted for it. */
  names: readonly [string, ...string[]];
  /** @throws AnalystError bad_input, no_data, too_large; refused for a specification that is not allowed */
  build(request: ChartRequest): Drawing;
}
