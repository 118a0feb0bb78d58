/** Badly behaved servers over real pipes. The bot must outlive all of them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import {
  CANARY,
  call,
  closeAll,
  failure,
  isAlive,
  ROOT,
  SERVER,
  start,
  toolNamed,
} from './fixtures/harness.ts';

afterEach(closeAll);

describe('a server that misbehaves', () => {
  test('prints rubbish between its messages', async () => {
    const echo = await toolNamed(start({ one: { mode: 'rubbish' } }), 'echo');
    expect(await call(echo, { value: 'x' })).toBe('x');
  });

  test('dies at start: its tools are missing, the reason is told without secrets, and pauses grow', async () => {
    const mcp = start({ bad: { mode: 'die', env: { KEY: `\${CANARY}` } }, good: { prefix: 'g_' } });
    for (let i = 0; i < 4; i++) {
      const { tools, unavailable } = await mcp.tools();
      expect(tools.length).toBeGreaterThan(5);
      expect(unavailable).toHaveLength(1);
      expect(unavailable[0]?.server).toBe('bad');
      expect(unavailable[0]?.reason).toContain('cannot start with the key ***');
      expect(JSON.stringify(unavailable)).not.toContain(CANARY);
    }
  });

  test('is missing', async () => {
    const { unavailable } = await start({ gone: { command: 'no-such-program', args: [] } }).tools();
    expect(unavailable).toEqual([{ server: 'gone', reason: expect.stringContaining('ENOENT') }]);
  });

  test('dies in a call: the call fails, the next one starts it again', async () => {
    const mcp = start({ one: {} });
    const echo = await toolNamed(mcp, 'echo');
    const [first] = mcp.pids();
    expect(await failure(call(await toolNamed(mcp, 'die')))).toMatchObject({
      code: 'unavailable',
      retryable: true,
    });
    expect(await call(echo, { value: 'again' })).toBe('again');
    expect(mcp.pids()).not.toEqual([first]);
  });

  test.each(['hang', 'busy'])(
    '%s: killed at the time-out, started again, nobody left behind',
    async (name) => {
      const mcp = start({ one: { timeoutMs: 300 } });
      const pid = Number(await call(await toolNamed(mcp, 'pid')));
      const grandchild = Number(await call(await toolNamed(mcp, 'child')));
      const stuck = await toolNamed(mcp, name);
      expect(await failure(call(stuck))).toMatchObject({ code: 'time_limit', retryable: true });
      await expect.poll(() => [pid, grandchild].filter(isAlive)).toEqual([]);
      expect(await call(await toolNamed(mcp, 'echo'), { value: 'x' })).toBe('x');
    },
  );

  test('hangs at start: closing does not wait for it', async () => {
    const mcp = start({ one: { mode: 'hang' } });
    const listing = mcp.tools();
    await expect.poll(() => mcp.pids().length).toBe(1);
    const [pid = 0] = mcp.pids();
    await mcp.close();
    expect((await listing).unavailable).toHaveLength(1);
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  test.each([
    ['large', { bytes: 100_000_000 }],
    ['flood', {}],
    ['pings', {}],
    ['endless', {}],
  ])('%s: ended, little of it kept, and started again', async (name, args) => {
    const mcp = start({ one: {} });
    const tool = await toolNamed(mcp, name);
    const before = process.memoryUsage().rss;
    expect((await failure(call(tool, args))).code).toBe('too_large');
    expect((process.memoryUsage().rss - before) / 1e6).toBeLessThan(200);
    expect(await call(await toolNamed(mcp, 'echo'), { value: 'x' })).toBe('x');
  });

  test('floods from its start', async () => {
    const { tools, unavailable } = await start({ one: { mode: 'flood' } }).tools();
    expect([tools, unavailable]).toEqual([
      [],
      [{ server: 'one', reason: expect.stringContaining('sent too much') }],
    ]);
  });

  test('a result over the limit of a value is refused, and the server is kept', async () => {
    const mcp = start({ one: {} });
    const pids = (await toolNamed(mcp, 'large')) && mcp.pids();
    const error = await failure(call(await toolNamed(mcp, 'large'), { bytes: 3_000_001 }));
    expect(error).toMatchObject({ code: 'too_large', retryable: false });
    expect(mcp.pids()).toEqual(pids);
  });

  test('its answers do not hold the secrets that it was given', async () => {
    const mcp = start({ one: { env: { KEY: `Bearer \${CANARY}` } } });
    expect(await call(await toolNamed(mcp, 'secret'))).toBe('the key is Bearer ***');
  });
});

test('servers end with a bot that is killed, however busy they are', async () => {
  const config = { mcpServers: { one: { command: 'node', args: [SERVER] } } };
  const program = `
    import { createMcpTools } from './src/tools/mcp/mcp.ts';
    const mcp = createMcpTools({ config: ${JSON.stringify(config)}, variables: {}, root: '.', reserved: [] });
    const { tools } = await mcp.tools();
    const tool = (name) => tools.find((tool) => tool.name === name);
    const child = await tool('child').run([{}], { note() {} });
    tool('busy').run([{}], { note() {} });
    console.log(mcp.pids()[0], child);`;
  const temporary = mkdtempSync(join(tmpdir(), 'killed-bot-'));
  onTestFinished(() => rmSync(temporary, { recursive: true, force: true }));
  const bot = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: ROOT,
    env: { TMPDIR: temporary },
  });
  const [printed] = (await once(bot.stdout, 'data')) as [Buffer];
  const pids = printed.toString().trim().split(' ').map(Number);
  expect(pids).toHaveLength(2);
  expect(pids.every(isAlive)).toBe(true);
  bot.kill('SIGKILL');
  await expect.poll(() => pids.filter(isAlive)).toEqual([]);
});
