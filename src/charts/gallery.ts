/**
 * Draws every chart type, small, large and awkward, from seeded random data, to look at them:
 *   npx node src/charts/gallery.ts OUTDIR [NAME…]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '../agent/ports.ts';
import type { Chart } from '../agent/report.ts';
import { EXAMPLES } from './gallery-examples.ts';
import { CHART_TYPES } from './index.ts';
import { createRenderer } from './renderer.ts';

const [outDir, ...wanted] = process.argv.slice(2);
if (outDir === undefined) throw new Error('Say where the pictures go: npx node src/charts/gallery.ts OUTDIR');
mkdirSync(outDir, { recursive: true });
const kept = new Map<string, Uint8Array>();
const store = {
  setBytes: async (key: string, bytes: Uint8Array) => void kept.set(key, bytes),
} as unknown as Store;
const renderer = createRenderer({ size: 1, store });
for (const [name, typeName, title, rows, options = {}] of EXAMPLES) {
  if (wanted.length > 0 && !wanted.some((word) => name.startsWith(word))) continue;
  const type = CHART_TYPES.find((candidate) => candidate.names.includes(typeName));
  if (!type) throw new Error(`There is no chart type ${typeName}.`);
  const { spec, outline, summary } = type.build({ title, rows, options });
  const started = performance.now();
  const image = await renderer.render({
    kind: 'chart',
    type: typeName,
    title,
    alt: summary,
    spec,
    rows,
  } satisfies Chart);
  const ms = Math.round(performance.now() - started);
  writeFileSync(join(outDir, `${name}.png`), kept.get(image.key) ?? new Uint8Array());
  console.log(
    `${name.padEnd(26)} ${String(ms).padStart(5)} ms ${String(image.bytes >> 10).padStart(5)} kB  ${outline}: ${summary}`,
  );
}
await renderer.close();
