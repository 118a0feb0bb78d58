/**
 * One question from the terminal: composes the analyst, asks, waits, prints, and leaves nothing behind. With
 * an Inngest server configured, this process serves the function to it for as long as the run takes.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serveFunctions } from '../inngest/serve.ts';
import { declare } from './agent/declaration.ts';
import { AnalystError, toErrorRecord } from './agent/errors.ts';
import { systemPrompt } from './agent/prompt.ts';
import { type Question, questionSchema } from './agent/question.ts';
import { type Chart, emptyReport, type Report } from './agent/report.ts';
import { type Composition, compose } from './compose.ts';
import type { Config } from './config.ts';
import type { AskOptions } from './terminal/arguments.ts';
import { drawImage } from './terminal/image.ts';
import { createProgress } from './terminal/progress.ts';
import { renderReport } from './terminal/report.ts';
import { createStyle } from './terminal/style.ts';
import { checkTypes } from './terminal/type-check.ts';

const EXIT = { answered: 0, failed: 1, stopped: 130 } as const;
/** Another name than the bot's, so that a terminal never takes its place on a server. */
const APP_ID = 'slack-analyst-cli';
const WIDTH = 100;

/** Prints what a model would see. */
export async function showPrompt(config: Config, what: 'tools' | 'prompt'): Promise<number> {
  const app = await compose(config, quietEdges());
  try {
    const { tools, unavailable, asOf } = await app.toolBox.open();
    const declarations = tools.map(declare);
    const today = asOf ?? new Date().toISOString().slice(0, 10);
    const prompt = systemPrompt({ declarations, unavailable, today, ...(asOf ? { asOf } : {}) });
    process.stdout.write(what === 'tools' ? `${declarations.join('\n\n')}\n` : prompt);
    return EXIT.answered;
  } finally {
    await app.close();
  }
}

export function ask(config: Config, options: AskOptions): Promise<number> {
  const id = randomUUID();
  const question: Question = {
    id: `cli:${id}`,
    text: options.question || `Run ${options.program}`,
    thread: `cli:${options.thread ?? id}`,
    user: 'cli',
    team: '',
    askedAt: Date.now(),
    tables: [],
    ...(options.program ? { program: readProgram(options.program) } : {}),
  };
  return answerHere(config, options, question, async ({ engine, toolBox }) => {
    const { program } = question;
    if (options.program !== undefined && program !== undefined) {
      const { tools, unavailable } = await toolBox.open();
      if (unavailable.length === 0) await checkTypes(options.program, program, tools.map(declare));
    }
    return (await engine.ask(question)).runId;
  });
}

/** Finishes a run that a killed process left behind. Steps that had finished are not repeated. */
export function resume(config: Config, options: AskOptions): Promise<number> {
  const runId = options.resume ?? '';
  return answerHere(config, options, undefined, async ({ driver }) => {
    if (!driver) {
      throw new AnalystError('bad_input', 'An Inngest server is configured: it resumes runs by itself.');
    }
    driver.question(runId);
    driver.resume(runId);
    return runId;
  });
}

function readProgram(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AnalystError('bad_input', `The program ${path} cannot be read.`, { cause });
  }
}

function quietEdges() {
  const ignore = () => {};
  return {
    appId: APP_ID,
    people: () => ({ delivery: { deliver: async () => {} }, progress: { emit: ignore } }),
    logger: { info: ignore, debug: ignore, warn: ignore, error: ignore },
  };
}

async function answerHere(
  config: Config,
  options: AskOptions,
  question: Question | undefined,
  start: (app: Composition) => Promise<string>,
): Promise<number> {
  const progress = createProgress(process.stderr);
  let delivered: Report | undefined;
  const delivery = {
    async deliver(_question: Question, report: Report) {
      delivered = report;
    },
  };
  const app = await compose(config, { ...quietEdges(), people: () => ({ delivery, progress }) });
  const server = app.server ? await serveFunctions(app.client, app.functions) : undefined;
  const stop = new AbortController();
  const onInterrupt = () => stop.abort();
  process.once('SIGINT', onInterrupt).once('SIGTERM', onInterrupt);
  try {
    const runId = await start(app);
    if (question) progress.note(describeRun(app, runId));
    const ended = app.driver ? app.driver.wait(runId) : app.server?.wait(runId, stop.signal);
    await Promise.race([ended, aborted(stop.signal)]);
    if (stop.signal.aborted) await app.engine.cancel(runId);
    progress.stop();
    const report = stop.signal.aborted
      ? stoppedReport(question ?? questionSchema.parse(app.driver?.question(runId)), runId)
      : (delivered ?? (await app.receipts.open(runId)));
    await print(app, config, options, report);
    if (report.error?.code === 'stopped') return EXIT.stopped;
    return report.error ? EXIT.failed : EXIT.answered;
  } catch (error) {
    if (!question) throw error;
    progress.stop();
    await print(app, config, options, emptyReport(question, '', toErrorRecord(error), {}));
    return EXIT.failed;
  } finally {
    process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt);
    server?.close();
    await app.close();
  }
}

/** Said at the start: who is cut off before the answer must know what to resume. */
function describeRun(app: Composition, runId: string): string {
  const link = app.engine.link(runId);
  return link ? `run ${runId} · ${link}` : `run ${runId}; if it is cut off: npm run ask -- --resume ${runId}`;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function stoppedReport(question: Question, runId: string): Report {
  return emptyReport(question, runId, { code: 'stopped', message: 'Stopped.' }, {});
}

async function print(app: Composition, config: Config, options: AskOptions, report: Report): Promise<void> {
  const charts = report.blocks.filter((block) => block.kind === 'chart');
  const pictures = new Map<Chart, { path: string; bytes: Uint8Array }>();
  for (const [index, chart] of charts.entries()) {
    const bytes = chart.image ? await app.store.getBytes(chart.image.key) : null;
    if (bytes)
      pictures.set(chart, { path: save(options.out, report.runId, index, chart.title, bytes), bytes });
  }
  if (options.json) {
    const blocks = report.blocks.map((block) =>
      block.kind === 'chart' ? { ...block, png: pictures.get(block)?.path ?? null } : block,
    );
    process.stdout.write(`${JSON.stringify({ ...report, blocks }, null, 2)}\n`);
    return;
  }
  const text = renderReport({
    report,
    images: new Map([...pictures].map(([chart, { path }]) => [chart, path])),
    link: report.runId ? app.engine.link(report.runId) : null,
    showProgram: options.showProgram,
    width: Math.min(process.stdout.columns || WIDTH, WIDTH),
    style: createStyle(process.stdout),
    picture: (chart) => {
      const picture = pictures.get(chart);
      return picture && process.stdout.isTTY ? drawImage(picture.bytes, config.terminalImages) : '';
    },
  });
  process.stdout.write(text);
}

/** @returns the path */
function save(folder: string, runId: string, index: number, title: string, bytes: Uint8Array): string {
  const words = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replace(/^-|-$/g, '');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${runId.slice(0, 8)}-${index + 1}-${words || 'chart'}.png`);
  writeFileSync(path, bytes);
  return path;
}
