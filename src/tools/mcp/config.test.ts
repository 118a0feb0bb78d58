/** mcp.json and the names of tools: what is wrong is said at start, by name. */
import { afterEach, describe, expect, test } from 'vitest';
import { call, closeAll, type Entry, failure, start, toolNamed } from './fixtures/harness.ts';

afterEach(closeAll);

describe('names', () => {
  test('become identifiers, the same every time', async () => {
    const { tools } = await start({ one: { mode: 'names', filter: ['a-b', 'class', '1st', 'ok'] } }).tools();
    expect(tools.map(({ name }) => name)).toEqual(['a_b', '_class', '_1st', 'ok']);
  });

  test.each([
    ['with our own tool', { one: { filter: ['echo'] } }, ['echo'], ['a tool of our own', '"one"']],
    ['between servers', { one: { filter: ['echo'] }, two: { filter: ['echo'] } }, [], ['"one"', '"two"']],
    ['within a server', { one: { mode: 'names', filter: ['a-b', 'a b'] } }, [], ['a_b', '"one"']],
  ])('a collision %s is refused at start, naming both', async (_name, entries, reserved, named) => {
    const error = await failure(start(entries, reserved).tools());
    expect(error.code).toBe('bad_input');
    for (const text of named) expect(error.message).toContain(text);
  });

  test('a collision that comes later costs the newcomer, not the answers', async () => {
    const mcp = start({ one: {} }, ['new_one']);
    await call(await toolNamed(mcp, 'grow'));
    const { tools, unavailable } = await mcp.tools();
    expect(tools).toEqual([]);
    expect(unavailable[0]?.reason).toContain('new_one belongs to a tool of our own');
  });

  test('a filter that names what is not there says so', async () => {
    const { tools, unavailable } = await start({ one: { filter: ['echo', 'ecco'] } }).tools();
    expect(tools.map(({ name }) => name)).toEqual(['echo']);
    expect(unavailable).toEqual([{ server: 'one', reason: 'it lists no tool "ecco"' }]);
  });
});

describe('mcp.json', () => {
  test.each([
    [{ one: { env: { KEY: `\${MISSING}` } } }, 'the server "one" needs the variable MISSING'],
    [{ one: { url: 'https://example.com/mcp' } }, 'either a command or a url'],
    [{ one: { command: undefined, url: 'file:///etc/passwd' } }, 'not an http(s) address'],
    [{ one: { adapter: 'nope' } }, 'names the adapter "nope"'],
    [{ one: { timeout: 5 } }, 'timeout'],
    [{ one: { prefix: '1-' } }, 'prefix'],
  ])('%j', async (entries: Record<string, Entry>, message) => {
    const error = await failure((async () => start(entries))());
    expect(error.code).toBe('bad_input');
    expect(error.message).toContain(message);
  });

  test('a server that is not switched on is not read further', async () => {
    const mcp = start({
      one: { when: { MARKET_DATA: 'live' }, env: { KEY: `\${MISSING}` } },
      two: { disabled: true },
    });
    expect(await mcp.tools()).toEqual({ tools: [], unavailable: [] });
  });

  test('a default stands in for a variable', async () => {
    const mcp = start({ one: { env: { A: `\${MISSING:-info}` } } });
    expect(String(await call(await toolNamed(mcp, 'environment')))).toContain('"A":"info"');
  });
});
