import { createDuckDb } from '../src/duckdb/duckdb.ts';
import { priceSeries, priceText } from './harness/data.ts';
import { familyMemory } from './harness/memory.ts';

const SQL = `SELECT ticker, count(*) AS days, avg(close) AS mean, stddev_samp(close) AS deviation, arg_max(close, date) AS last FROM prices GROUP BY ticker ORDER BY ticker`;
const d = createDuckDb({ size: 1 });
await d.warm();
const show = (l: string) => {
  const p = familyMemory().processes.find((x) => d.pids().includes(x.pid));
  console.log(l, 'rss', p?.rss.toFixed(0), 'pss', p?.pss.toFixed(0));
};
await new Promise((r) => setTimeout(r, 1500));
show('warm');
for (const [n, rows, k] of [
  [3, 250, 60],
  [10, 2500, 60],
  [100, 2500, 10],
] as const) {
  const series = priceSeries(n, rows);
  const t: number[] = [];
  for (let i = 0; i < k; i++) {
    const s = performance.now();
    await d.query({ sql: SQL, series: { ...series, T000: priceText(rows, i) }, tables: {} });
    t.push(performance.now() - s);
  }
  t.sort((a, b) => a - b);
  console.log(n, rows, 'median', t[k >> 1]!.toFixed(1), 'min', t[0]!.toFixed(1));
  show('after');
}
await d.close();
