/**
 * `npm run bench [-- NAME …] [--json FILE]`: every claim about speed, measured here and now. Each item runs in a
 * process of its own. Exit codes: 0 measured, whether goals are met or not; 1 an item failed; 2 wrong use.
 */
import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Finding, type Item, isMet } from './harness/item.ts';
import { renderTable } from './harness/table.ts';
import { ITEMS } from './items/index.ts';
import { arePeersInstalled } from './peers/peer.ts';

const RUNNER = fileURLToPath(import.meta.resolve('./run-item.ts'));

interface Result {
  name: string;
  title: string;
  /** One-minute load average of the machine when it began. */
  load: number;
  findings: (Finding & { met: boolean | null })[];
}

function chosenItems(): { items: Item[]; json: string | undefined } {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'string' } },
    allowPositionals: true,
  });
  const names = ITEMS.map(({ name }) => name);
  const unknown = positionals.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new Error(`no benchmark ${unknown.join(', ')}; there are ${names.join(', ')}`);
  const items = ITEMS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  return { items, json: values.json };
}

/** isolated-vm of @utcp/code-mode needs the first flag, a look at memory the second. */
function runItem(name: string): Promise<Finding[]> {
  return new Promise((resolve, reject) => {
    // The young generation as `npm start` sets it.
    const flags = ['--max-semi-space-size=8', '--no-node-snapshot', '--expose-gc', '--no-warnings'];
    const child = fork(RUNNER, [name], { execArgv: flags });
    let findings: Finding[] | undefined;
    child.on('message', (message) => {
      findings = message as Finding[];
    });
    child.on('exit', (code) => {
      if (findings) resolve(findings);
      else reject(new Error(`the benchmark ${name} ended with code ${code} and no result`));
    });
  });
}

async function main(): Promise<void> {
  const { items, json } = chosenItems();
  if (!arePeersInstalled()) {
    console.log('Other sandboxes are left out: `npm ci --prefix bench` installs them.');
  }
  const [cpu] = cpus();
  console.log(
    `Node ${process.versions.node}, ${availableParallelism()} × ${cpu?.model ?? 'unknown processor'}\n`,
  );
  const results: Result[] = [];
  for (const { name, title } of items) {
    const [load = 0] = loadavg();
    const findings = await runItem(name).catch((error: Error) => {
      process.exitCode = 1;
      console.error(`${title}\n  ${error.message}\n`);
    });
    if (!findings) continue;
    console.log(`${renderTable({ title }, findings)}\n  (load average ${load.toFixed(1)})\n`);
    results.push({ name, title, load, findings: findings.map((one) => ({ ...one, met: isMet(one) })) });
  }
  if (json) writeFileSync(json, `${JSON.stringify({ at: new Date().toISOString(), results }, null, 2)}\n`);
}

try {
  await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}
