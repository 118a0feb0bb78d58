/** The terminal's command as a person runs it: a process of its own, its output and its exit code. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CLI = join(import.meta.dirname, 'cli.ts');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Result {
  code: number | null;
  stdout: string;
  stderr: string;
}

function start(args: string[], environment: Record<string, string> = {}): ChildProcess {
  const env = { PATH: '/usr/bin:/bin', DATA_DIR: join(folder, 'data'), ...environment };
  return spawn(process.execPath, [CLI, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function finish(child: ChildProcess): Promise<Result> {
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error('no pipes');
  const [out, errors, code] = await Promise.all([text(stdout), text(stderr), exited]);
  return { code, stdout: out, stderr: errors };
}

const run = (args: string[], environment?: Record<string, string>) => finish(start(args, environment));

describe('npm run ask', () => {
  it('answers: progress on stderr, the answer on stdout, exit code 0', async () => {
    const { code, stdout, stderr } = await run([
      'Compare AAPL and MSFT over the last year',
      '--out',
      'charts',
    ]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/✓ yf_get_historical_stock_prices AAPL 1y/);
    expect(stdout).toMatch(
      /Data: Big Tech Stock Prices · to 2022-12-29 · bundled\nRun [0-9a-f-]{36}\noffline planner/,
    );
    const path = /chart (charts\/\S+\.png)/.exec(stdout)?.[1] ?? '';
    expect(existsSync(join(folder, path))).toBe(true);
  });

  it('prints one JSON object and nothing else with --json', async () => {
    const { code, stdout } = await run(['How volatile was TSLA in 2022?', '--json']);
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(Object.keys(report).sort()).toEqual(
      [
        'attempts',
        'blocks',
        'error',
        'freshness',
        'program',
        'question',
        'receipt',
        'runId',
        'summary',
      ].sort(),
    );
    const chart = report.blocks.find((block: { kind: string }) => block.kind === 'chart');
    expect(chart.spec.$schema).toContain('vega-lite');
    expect(existsSync(join(folder, chart.png))).toBe(true);
  });

  it('goes on with a named conversation', async () => {
    await run(['Compare AAPL and MSFT over the last year', '--thread', 'talk']);
    const { stdout } = await run(['now add NVDA', '--thread', 'talk', '--show-program']);
    expect(stdout).toContain(`const symbols = ['AAPL', 'MSFT', 'NVDA'];`);
  });

  it('shows what a model would see', async () => {
    const { code, stdout } = await run(['--tools']);
    expect(code).toBe(0);
    for (const name of ['yf_get_historical_stock_prices', 'query', 'create_chart', 'max_drawdown']) {
      expect(stdout).toContain(`declare function ${name}(`);
    }
    const prompt = await run(['--prompt']);
    expect(prompt.stdout).toContain('Today is 2022-12-29.');
    expect(prompt.stdout).toContain(stdout.trim());
  });

  it('says what went wrong in plain words with exit code 1', async () => {
    const refused = await run(['hello'], {
      ANTHROPIC_API_KEY: 'sk-canary',
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:9',
    });
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('Error: ');
    const broken = JSON.stringify({ mcpServers: { prices: { command: '/no/such/program' } } });
    writeFileSync(join(folder, 'mcp.json'), broken);
    const missing = await run(['Compare AAPL and MSFT'], { MCP_CONFIG: join(folder, 'mcp.json') });
    expect(missing.code).toBe(1);
    expect(missing.stdout).toMatch(/Error: .*prices/);
    for (const { stdout, stderr } of [refused, missing]) {
      expect(stdout + stderr).not.toMatch(/\n\s+at |node:internal|sk-canary/);
    }
  }, 60_000);

  it('explains wrong use with exit code 2', async () => {
    expect(await run([])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('no question'),
    });
    expect(await run(['--wrong'])).toMatchObject({ code: 2, stderr: expect.stringContaining('Usage:') });
    const settings = await run(['hello'], { PORT: 'x', MARKET_DATA: 'y' });
    expect(settings).toMatchObject({ code: 2, stderr: expect.stringMatching(/MARKET_DATA[\s\S]*PORT/) });
    expect(await run(['--resume', 'nope'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nope'),
    });
    expect(await run(['--program', 'nope.ts'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nope.ts'),
    });
  });

  it('stops on Ctrl-C with exit code 130 and leaves no process behind', async () => {
    writeFileSync(join(folder, 'slow.ts'), 'let i = 0; while (true) i++;');
    const child = start(['--program', 'slow.ts']);
    const { stderr } = child;
    if (!stderr) throw new Error('no pipe');
    const done = finish(child);
    await new Promise<void>((resolve) => {
      stderr.on('data', (chunk: Buffer) => chunk.includes('✓ tools and history') && resolve());
    });
    child.kill('SIGINT');
    const { code, stdout } = await done;
    expect(code).toBe(130);
    expect(stdout).toContain('Stopped.');
  });
});
