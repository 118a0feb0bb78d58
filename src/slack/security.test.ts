import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createStore } from '../store/store.ts';
import { attach, tableName } from './attachments.ts';
import { createInstallations } from './installations.ts';
import { open, parseKey, seal } from './seal.ts';

describe('tokens at rest', () => {
  const key = parseKey('ab'.repeat(32));

  it('open with their key and name alone, and never look the same', () => {
    const sealed = seal('xoxb-1', key, 'a');
    expect(open(sealed, key, 'a')).toBe('xoxb-1');
    expect(seal('xoxb-1', key, 'a')).not.toBe(sealed);
    expect(() => open(sealed, parseKey('cd'.repeat(32)), 'a')).toThrow('cannot be opened');
    expect(() => open(sealed, key, 'b')).toThrow('cannot be opened');
    const bytes = Buffer.from(sealed, 'base64');
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    expect(() => open(bytes.toString('base64'), key, 'a')).toThrow('cannot be opened');
    expect(() => open('', key, 'a')).toThrow('cannot be opened');
    expect(() => parseKey('short')).toThrow('32 bytes');
  });

  it('are kept for teams and organisations, and deleted', async () => {
    const store = createStore('memory:');
    const installations = createInstallations(store, 'ab'.repeat(32));
    const bot = { token: 'xoxb-secret', scopes: [], id: 'B1', userId: 'U1' };
    const user = { token: undefined, scopes: undefined, id: 'U2' };
    await installations.storeInstallation({ team: { id: 'T1' }, enterprise: undefined, user, bot });
    await installations.storeInstallation({
      team: undefined,
      enterprise: { id: 'E1' },
      isEnterpriseInstall: true,
      user,
      bot,
    });
    expect(await installations.botToken('T1')).toBe('xoxb-secret');
    const query = { teamId: 'T9', enterpriseId: 'E1', isEnterpriseInstall: true } as const;
    expect((await installations.fetchInstallation(query)).bot?.token).toBe('xoxb-secret');
    await installations.deleteInstallation?.(query);
    expect(await installations.botToken('E1')).toBeNull();
    await expect(installations.fetchInstallation(query)).rejects.toThrow('not installed');
    await store.close();
  });
});

describe('attached files', () => {
  /** Fetches one file from a server of the test. */
  async function fetchFrom(listener: RequestListener, allow = true, path = '/f.csv') {
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      listener(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const store = createStore('memory:');
    try {
      const file = { id: 'F1', name: 'f.csv', url_private: `http://${host}${path}` };
      const tables = await attach([file], {
        token: 'xoxb-secret',
        store,
        questionId: 'q',
        readTable: async (bytes) => ({ columns: [], rows: [{ length: bytes.length }, { length: 0 }] }),
        limits: { hosts: allow ? [host] : ['files.slack.com'], bytes: 100, rows: 2 },
        taken: [],
      });
      return { tables, seen };
    } catch (error) {
      return { error: (error as Error).message, seen };
    } finally {
      server.closeAllConnections();
      server.close();
      await store.close();
    }
  }

  it('come with the token, from allowed hosts only', async () => {
    const served = await fetchFrom((_request, response) => response.end('a\n1\n'));
    expect(served).toMatchObject({ tables: [{ name: 'f', rowCount: 2 }], seen: ['Bearer xoxb-secret'] });
    const denied = await fetchFrom((_request, response) => response.end('a'), false);
    expect(denied).toEqual({ error: 'I cannot fetch the file f.csv: it is not stored in Slack.', seen: [] });
  });

  it('follow no redirect, so that the token stays', async () => {
    const { error, seen } = await fetchFrom((request, response) => {
      if (request.url === '/f.csv') response.writeHead(302, { location: '/stolen' }).end();
      else response.end('a');
    });
    expect(error).toContain('could not be fetched');
    expect(seen).toHaveLength(1);
  });

  it('end at the limit, whatever length they claim, and a login page is no file', async () => {
    const large = await fetchFrom((_request, response) => response.end('x'.repeat(10_000)));
    expect(large.error).toContain('too large');
    const page = await fetchFrom((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    );
    expect(page.error).toContain('does not let me read');
  });

  it.each([
    ['Sales 2026 (final).csv', [], 'sales_2026_final'],
    ['2026.xlsx', [], 'file_2026'],
    ['prices.csv', [], 'file_prices'],
    ['日本.csv', [], 'data'],
    ['a.csv', ['a', 'a_2'], 'a_3'],
    [`${'x'.repeat(200)}.csv`, [], 'x'.repeat(40)],
    ["a'; DROP TABLE x.csv", [], 'a_drop_table_x'],
  ])('%s becomes a SQL name', (file, taken, name) => {
    expect(tableName(file, taken)).toBe(name);
  });
});
