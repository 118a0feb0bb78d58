/** A Vega-Lite specification of the model's own: checked, given the rows, the size and the theme. */
import { AnalystError } from '../agent/errors.ts';
import type { ChartRequest, ChartType, Drawing, Spec } from './chart.ts';
import { checkSpec } from './check-spec.ts';
import { noData } from './columns.ts';
import * as theme from './theme.ts';

export const spec: ChartType = { names: ['spec'], build };

const COMPOSED = ['facet', 'repeat', 'concat', 'hconcat', 'vconcat', 'spec'];

function build(request: ChartRequest): Drawing {
  const { rows, options } = request;
  const own = options.spec;
  if (own === undefined) {
    throw new AnalystError(
      'bad_input',
      'A chart of type "spec" needs options.spec, a Vega-Lite specification.',
      {
        hint: 'For example {mark: "tick", encoding: {x: {field: "ret", type: "quantitative"}}}; the rows are its data.',
      },
    );
  }
  const data = ownData(own);
  if (rows.length === 0 && data === undefined) throw noData();
  checkSpec(own, data ?? rows);

  const {
    title: _title,
    config,
    autosize: _autosize,
    background: _background,
    padding: _padding,
    ...content
  } = own;
  const encoding = (own.encoding ?? {}) as Spec;
  const composed = [
    ...COMPOSED.filter((key) => key in own),
    ...['row', 'column', 'facet'].filter((key) => key in encoding),
  ];
  const framed = theme.frame(request, content);
  const merged: Spec = {
    ...framed,
    ...sizeOf(own, composed.length > 0),
    ...(own.data === undefined && own.datasets === undefined ? { data: { values: rows } } : {}),
    ...(rows.length > 0 && (own.data as Spec | undefined)?.name === 'rows' ? { data: { values: rows } } : {}),
    config: merge(theme.CONFIG, (config ?? {}) as Spec),
  };
  const count = (data ?? rows).length;
  return {
    spec: merged,
    outline: `own specification, ${count.toLocaleString('en')} rows`,
    summary: `drawn from ${count.toLocaleString('en')} rows with ${Object.keys((data ?? rows)[0] ?? {}).join(', ')}`,
  };
}

function ownData(own: Spec): Record<string, unknown>[] | undefined {
  const data = own.data as { values?: unknown } | undefined;
  return Array.isArray(data?.values) ? data.values : undefined;
}

/** A single view fills the frame; composed ones keep the size of their parts. */
function sizeOf(own: Spec, composed: boolean): Spec {
  const number = (value: unknown, otherwise: number | undefined) =>
    typeof value === 'number' ? value : otherwise;
  if (!composed) return { width: number(own.width, theme.WIDTH), height: number(own.height, theme.HEIGHT) };
  return { width: own.width, height: own.height, autosize: { type: 'pad' } };
}

/** The theme, and where both speak of the same thing, the specification's own word. */
function merge(base: Spec, over: Spec): Spec {
  const plain = (value: unknown): value is Spec =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const result: Spec = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const before = result[key];
    result[key] = plain(before) && plain(value) ? merge(before, value) : value;
  }
  return result;
}
