/**
 * Entry of a database process: one query at a time, each in an instance of its own, which was opened before the
 * query came. The text is checked while the data are loaded, and nothing of it is run before it has passed.
 */
import { AnalystError } from '../agent/errors.ts';
import { type JobChannel, serveJobs } from '../processes/child.ts';
import { type EncodedResult, execute } from './execute.ts';
import { type LockedInstance, openLocked } from './instance.ts';
import { limits } from './limits.ts';
import { createPriceLoader, loadTable, type PriceLoader } from './load.ts';
import { parsePrices } from './prices.ts';
import type { Job, Part, Supply } from './protocol.ts';
import { createSpares } from './spares.ts';
import { createStatementCheck, type StatementCheck } from './statement.ts';
import { collectColumns } from './tables.ts';

let check: StatementCheck;
const spares = createSpares();
const used: LockedInstance[] = [];

async function query(job: Job, channel: JobChannel): Promise<EncodedResult> {
  const checked = check(job.sql, job.tables);
  // Until it is awaited below, a refusal must not count as an unhandled one.
  checked.catch(() => {});
  const instance = await spares.take();
  try {
    await load(instance, job, channel);
    await checked;
    return await execute(instance.connection, job.sql);
  } catch (error) {
    if (error instanceof AnalystError && error.code === 'memory_limit') endOutOfMemory();
    throw error;
  } finally {
    used.push(instance);
  }
}

/**
 * What is left of the address space is in pieces now, and the next query would pay for it. The pool reads these
 * words as what they say, and starts another process.
 */
function endOutOfMemory(): never {
  process.stderr.write('out of memory\n');
  process.exit(1);
}

async function load({ connection }: LockedInstance, job: Job, channel: JobChannel): Promise<void> {
  const tables = new Map<string, ReturnType<typeof collectColumns>>();
  let prices: PriceLoader | undefined;
  for await (const part of receive(job, channel)) {
    for (const [ticker, json] of part.series) {
      prices ??= await createPriceLoader(connection, job.tickers);
      prices.add(ticker, parsePrices(ticker, json));
    }
    for (const [name, rows] of part.rows) {
      const table = tables.get(name) ?? collectColumns(name);
      tables.set(name, table);
      table.add(rows);
    }
  }
  prices?.finish();
  for (const [name, table] of tables) {
    const { columns, rows } = table.finish();
    await loadTable(connection, name, columns, rows);
  }
}

/** Keeps some parts under way while others are loaded. */
async function* receive(first: Supply, channel: JobChannel): AsyncGenerator<Part> {
  const arrived = [first];
  let wake = () => {};
  channel.onMessage((message) => {
    arrived.push(message as Supply);
    wake();
  });
  if (first.more) for (let i = 1; i < limits.partsUnderWay; i++) channel.send('next');
  for (;;) {
    const supply = arrived.shift();
    if (!supply) {
      await new Promise<void>((resolve) => (wake = resolve));
      continue;
    }
    if (supply.more) channel.send('next');
    yield supply.part;
    if (!supply.more) return;
  }
}

serveJobs(query, {
  async prepare() {
    check = await createStatementCheck((await openLocked()).connection);
    spares.refill();
  },
  // Both take longer than a small query.
  rest() {
    for (const instance of used.splice(0)) instance.close();
    spares.refill();
  },
});
