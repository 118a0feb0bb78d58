/**
 * The Renderer port: a chart's specification goes to a child process, its PNG to the store under the hash of
 * its bytes. The parent neither compiles nor draws, so that no specification can hold it up.
 */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Renderer, Store } from '../agent/ports.ts';
import type { Chart, Image } from '../agent/report.ts';
import { createPool } from '../processes/pool.ts';
import { limits } from './limits.ts';
import type { Drawn } from './png.ts';

export interface RendererOptions {
  /** Pictures drawn at the same time, each by a process of its own. */
  size: number;
  store: Store;
}

export interface ChartRenderer extends Renderer {
  /**
   * @throws AnalystError `time_limit` and `memory_limit` for a specification that takes too much, `bad_input`
   * for one that Vega cannot draw, `too_large` for a picture beyond the limits, `busy` and `crashed` (retryable)
   */
  render(chart: Chart): Promise<Image>;
  /** Starts the first process, so that the first picture does not wait for it. */
  warm(): Promise<void>;
  /** Of the drawing processes. */
  pids(): number[];
  close(): Promise<void>;
}

export function createRenderer({ size, store }: RendererOptions): ChartRenderer {
  const pool = createPool({
    name: 'chart',
    script: new URL('./png.ts', import.meta.url),
    size,
    // Whoever gets out of Vega finds a process that reads this project's files, writes none and starts nothing.
    execArgv: [
      '--permission',
      '--allow-addons',
      `--allow-fs-read=${fileURLToPath(new URL('../../', import.meta.url))}`,
      `--max-old-space-size=${limits.heapMb}`,
      // For png.ts to tidy up when there is nothing to draw.
      '--expose-gc',
    ],
    // One arena: 100 MB less after some pictures, and not slower. What is large goes back to the system when freed;
    // the allocator's own idea of large grows with use, until pixels come from memory that is cut off and grown
    // again for every picture, at 20 ms each.
    env: { MALLOC_ARENA_MAX: '1', MIMALLOC_PURGE_DELAY: '0', MALLOC_MMAP_THRESHOLD_: '1000000' },
    rssLimitMb: limits.rssMb,
    queueLimit: limits.queue,
    idleMs: limits.idleMs,
    jobsPerChild: limits.jobsPerChild,
  });

  async function render({ spec }: Chart): Promise<Image> {
    // As text it crosses four times faster than as objects.
    const { png, width, height } = await pool.run<Drawn>(JSON.stringify(spec), { wallMs: limits.drawMs });
    const key = `image:${createHash('sha256').update(png).digest('hex')}`;
    await store.setBytes(key, png);
    return { key, width, height, bytes: png.byteLength };
  }

  return { render, warm: pool.warm, pids: pool.pids, close: pool.close };
}
