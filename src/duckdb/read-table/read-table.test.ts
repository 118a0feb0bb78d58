import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { AnalystError } from '../../agent/errors.ts';
import type { Row } from '../../agent/report.ts';
import { openLockedTo } from '../instance.ts';
import { readFile } from './read-file.ts';
import { createFileReader, type ReadTable } from './read-table.ts';
import { workbook, zip } from './workbook.fixture.ts';

const scratch = mkdtempSync(join(tmpdir(), 'read-table-test-'));
const reader = createFileReader();
afterAll(async () => {
  await reader.close();
  vi.unstubAllEnvs();
  rmSync(scratch, { recursive: true });
});

const bytesOf = (content: string | Uint8Array) =>
  typeof content === 'string' ? Buffer.from(content) : content;

/** In this process, which is faster and as good for well-behaved files. */
async function read(content: string | Uint8Array, filename = 'sales.csv'): Promise<ReadTable> {
  const { chunks, ...table } = await readFile({ bytes: bytesOf(content), filename, folder: scratch });
  return { ...table, rows: chunks.flatMap((chunk) => JSON.parse(chunk) as Row[]) };
}
const words = (result: Promise<unknown>) =>
  result.then(
    () => expect.unreachable('it was read'),
    (error: AnalystError) => `${error.code}: ${error.message}`,
  );
const failure = (content: string | Uint8Array, filename?: string) => words(read(content, filename));
const types = (columns: { name: string; type: string }[]) =>
  columns.map(({ name, type }) => `${name} ${type}`).join(', ');

async function parquet(sql: string): Promise<Uint8Array> {
  const path = join(scratch, 'made.parquet');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (${sql}) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
  return readFileSync(path);
}

describe('text files', () => {
  it('become typed rows', async () => {
    const { columns, rows } = await read(
      'day,ticker,qty,price,paid,seen,zip\n2024-01-31,AAPL,5,"1,234.5",true,2024-01-31 10:30,01234\n2024-02-01,"A ""B""\nC",,2,FALSE,,99999\n',
    );
    expect(types(columns)).toBe(
      'day DATE, ticker VARCHAR, qty BIGINT, price DOUBLE, paid BOOLEAN, seen TIMESTAMP, zip VARCHAR',
    );
    expect(rows).toEqual([
      {
        day: '2024-01-31',
        ticker: 'AAPL',
        qty: 5,
        price: 1234.5,
        paid: true,
        seen: '2024-01-31 10:30',
        zip: '01234',
      },
      { day: '2024-02-01', ticker: 'A "B"\nC', qty: null, price: 2, paid: false, seen: null, zip: '99999' },
    ]);
  });

  it('may have semicolons, decimal commas and days first', async () => {
    const { columns, rows } = await read(
      'Name;Wert;Tag;Faktor;Stück\nx;1.234,50;1.2.2024;1.5;1.000\ny;-2,5;13.02.2024;2.7;12\n',
    );
    expect(types(columns)).toBe('Name VARCHAR, Wert DOUBLE, Tag DATE, Faktor DOUBLE, Stück BIGINT');
    expect(rows[0]).toEqual({ Name: 'x', Wert: 1234.5, Tag: '2024-02-01', Faktor: 1.5, Stück: 1000 });
  });

  it.each([
    [
      ['1/31/2024', '2/1/2024 9:05', '2024-03-01'],
      ['2024-01-31', '2024-02-01 09:05', '2024-03-01'],
    ],
    [
      ['31/1/2024', '1/2/2024'],
      ['2024-01-31', '2024-02-01'],
    ],
    [
      ['1.2.2024', '2024/3/1'],
      ['2024-02-01', '2024-03-01'],
    ],
    [
      ['31.2.2024', '1.2.2024'],
      ['31.2.2024', '1.2.2024'],
    ],
    [
      ['12345678901234567890', '1'],
      ['12345678901234567890', '1'],
    ],
  ])('have days in the order that fits the whole column: %j', async (cells, expected) => {
    const { rows } = await read(`d;n\n${cells.map((cell) => `${cell};1`).join('\n')}\n`);
    expect(rows.map(({ d }) => d)).toEqual(expected);
  });

  it.each([
    ['UTF-8 with a mark', Buffer.from('\uFEFFgrüße,n\nä,1\n')],
    ['UTF-16', Buffer.from('\uFEFFgrüße,n\nä,1\n', 'utf16le')],
    ['UTF-16 without a mark', Buffer.from('grüße,n\nä,1\n', 'utf16le')],
    ['Latin-1', Buffer.from('grüße,n\nä,1\n', 'latin1')],
    ['both, glued together', Buffer.concat([Buffer.from('grüße,n\n'), Buffer.from('ä,1\n', 'latin1')])],
    ['mixed line ends', Buffer.from('grüße,n\r\nä,1\n')],
    ['tabs', Buffer.from('grüße\tn\nä\t1')],
    ['a line for Excel', Buffer.from('sep=;\ngrüße;n\nä;1\n')],
    ['a title above', Buffer.from('Report of 2024\n\ngrüße,n\nä,1\n')],
  ])('may be written with %s', async (_, bytes) => {
    expect((await read(bytes)).rows).toEqual([{ grüße: 'ä', n: 1 }]);
  });

  it('get names that SQL can use', async () => {
    const { columns } = await read(' a ,A,,"x\ny",__proto__,2024\n1,2,3,4,5,6\n');
    // JavaScript keeps names that are numbers before others.
    expect(columns.map(({ name }) => name)).toEqual(['2024', 'a', 'A_2', 'column_3', 'x y', 'column_5']);
    expect((await read('1,2.5\n3,4\n')).rows).toEqual([
      { column_1: 1, column_2: 2.5 },
      { column_1: 3, column_2: 4 },
    ]);
  });

  it('may hold ten megabytes in one line', async () => {
    const cell = 'x'.repeat(10_000_000);
    expect((await read(`a,b\n1,${cell}\n`)).rows).toEqual([{ a: 1, b: cell }]);
  });

  it.each([
    ['', 'bad_input: The file sales.csv is empty.'],
    [' \n\n', 'bad_input: The file sales.csv is empty.'],
    ['a,b\n', 'bad_input: The file sales.csv has no rows below its header.'],
    ['a,b\n1,"x\n2,y\n', 'bad_input: Line 2 of the file sales.csv has a quote that is never closed.'],
    ['a,b\n1,"x" y\n2,y\n', 'bad_input: Line 2 of the file sales.csv has text after a closing quote.'],
    [
      'a,b\n1,2\n"x\ny",2\n1,2,3\n',
      'bad_input: Line 5 of the file sales.csv has 3 values where the first line of the table has 2.',
    ],
    ['%PDF-1.7 x', 'bad_input: The file sales.csv is a PDF, not a table.'],
    ['<!DOCTYPE html><p>', 'bad_input: The file sales.csv is a web page or XML, not a table.'],
    ['a\0b\x01\0', 'bad_input: The file sales.csv is not a text file.'],
    [
      `a\n${'1\n'.repeat(100_001)}`,
      'too_large: The file sales.csv has 100,001 rows; at most 100,000 are read.',
    ],
    [`${'a,'.repeat(200)}b\n`, 'too_large: The file sales.csv has 201 columns; at most 200 are read.'],
  ])('are refused in words: %#', async (content, message) => {
    expect(await failure(content)).toBe(message);
  });
});

describe('JSON', () => {
  it.each([
    ['an array', '[{"a": 1, "b": {"c": [1, 2]}}, {"a": 2.5, "d": "2024-01-01"}]'],
    ['lines', '{"a": 1, "b": {"c": [1, 2]}}\n{"a": 2.5, "d": "2024-01-01"}\n'],
    ['an array in an object', '{"data": [{"a": 1, "b": {"c": [1, 2]}}, {"a": 2.5, "d": "2024-01-01"}]}'],
  ])('may be %s, nested values become JSON text', async (_, text) => {
    const { columns, rows } = await read(text, 'x.json');
    expect(types(columns)).toBe('a DOUBLE, b VARCHAR, d DATE');
    expect(rows).toEqual([
      { a: 1, b: '{"c":[1,2]}', d: null },
      { a: 2.5, b: null, d: '2024-01-01' },
    ]);
    expect((await read(text, 'renamed.csv')).rows).toEqual(rows);
  });

  it('keeps every digit of long integers', async () => {
    expect((await read('[{"id": 1234567890123456789}]', 'x.json')).rows).toEqual([
      { id: '1234567890123456789' },
    ]);
  });

  it.each([
    ['{"a": 1}\n{"a": \n', 'bad_input: Line 2 of the file x.json is not valid JSON.'],
    ['a,b\n1,2\n', "bad_input: The file x.json is not valid JSON: Unexpected token 'a'."],
    [
      `[{"a": ${'['.repeat(200_000)}${']'.repeat(200_000)}}]`,
      'bad_input: The file x.json is nested too deeply.',
    ],
    ['[]', 'bad_input: The file x.json has no rows below its header.'],
  ])('is refused in words: %#', async (content, message) => {
    expect(await failure(content, 'x.json')).toBe(message);
  });
});

describe('Parquet', () => {
  it('becomes rows like those of a query', async () => {
    const bytes = await parquet(
      `SELECT range::BIGINT AS n, DATE '2024-01-01' AS d, TIMESTAMP '2024-01-01 10:00:00' AS t, 1.5::DECIMAL(9, 2) AS x,
       [range] AS l, {'a': range} AS s, TIME '10:30:00' AS clock, 12345678901234567890::HUGEINT AS h FROM range(3000)`,
    );
    const { columns, rows } = await read(bytes, 'x.parquet');
    expect(types(columns)).toBe(
      'n BIGINT, d DATE, t TIMESTAMP, x DOUBLE, l VARCHAR, s VARCHAR, clock VARCHAR, h DOUBLE',
    );
    expect(rows).toHaveLength(3000);
    expect(rows[2]).toMatchObject({
      n: 2,
      d: '2024-01-01',
      t: '2024-01-01T10:00:00Z',
      x: 1.5,
      l: '[2]',
      s: '{"a":2}',
      clock: '10:30:00',
    });
  });

  it('is refused when it is damaged or too long', async () => {
    const bytes = await parquet('SELECT range AS n FROM range(210000)');
    expect(await failure(bytes, 'x.parquet')).toBe(
      'too_large: The file x.parquet has 210,000 rows; at most 100,000 are read.',
    );
    const message = 'bad_input: The file x.parquet is damaged, or not what its name says.';
    expect(await failure(bytes.subarray(0, bytes.length / 2), 'x.parquet')).toBe(message);
    expect(await failure('a,b\n1,2\n', 'x.parquet')).toBe(message);
  });
});

it('lets DuckDB at one path and nothing else', async () => {
  const [allowed, other] = [join(scratch, 'allowed.csv'), join(scratch, 'other.csv')];
  for (const path of [allowed, other]) writeFileSync(path, 'a\n1\n');
  const { connection, close } = await openLockedTo(allowed);
  expect((await connection.runAndReadAll(`FROM read_csv('${allowed}')`)).getRowsJson()).toEqual([['1']]);
  for (const sql of [
    `FROM read_csv('${other}')`,
    `FROM glob('${scratch}/*')`,
    `FROM read_text('/etc/hostname')`,
    `COPY (SELECT 1) TO '${join(scratch, 'new.csv')}'`,
    `COPY (SELECT 1) TO '${allowed}'`,
    `ATTACH '${join(scratch, 'new.db')}'`,
    'SET enable_external_access=true',
    `SET allowed_paths=['${other}']`,
    'INSTALL excel',
    'LOAD httpfs',
  ]) {
    await expect(connection.run(sql), sql).rejects.toThrow(/Permission|locked|disabled|Cannot/i);
  }
  close();
});

describe('Excel', () => {
  const sheet = [
    ['Orders of 2024', null, null, null],
    [null, null, null, null],
    ['Name', 'Day', 'Amount', 'Paid'],
    ['x', { date: 45_292 }, 1.5, true],
    ['y', { date: 45_292.5 }, 2, false],
    ['z', { date: 0.4375 }, null, null],
  ];

  it('becomes rows, dates ISO, titles and empty rows left out', async () => {
    const { columns, rows, note } = await read(workbook({ Orders: sheet.slice(0, 5) }), 'x.xlsx');
    expect(types(columns)).toBe('Name VARCHAR, Day TIMESTAMP, Amount DOUBLE, Paid BOOLEAN');
    expect(rows).toEqual([
      { Name: 'x', Day: '2024-01-01', Amount: 1.5, Paid: true },
      { Name: 'y', Day: '2024-01-01T12:00:00Z', Amount: 2, Paid: false },
    ]);
    expect(note).toBeUndefined();
  });

  it('says which sheet was read, and reads it under any name', async () => {
    const bytes = workbook({ Cover: [], Orders: sheet, Notes: [['x']] });
    const { rows, note } = await read(bytes, 'x.csv');
    expect(note).toBe('sheet Orders, one of 3');
    expect(rows[2]).toEqual({ Name: 'z', Day: '10:30:00', Amount: null, Paid: null });
  });

  it.each([
    ['nothing in it', workbook({ A: [] }), 'bad_input: The workbook x.xlsx has no data.'],
    [
      'another zip',
      zip({ 'a.txt': 'x' }),
      'bad_input: The file x.xlsx is a zip archive or another kind of document, not a table.',
    ],
    [
      'its end cut off',
      workbook({ A: sheet }).subarray(0, 300),
      'bad_input: The file x.xlsx is damaged, or not what its name says.',
    ],
    ['text', Buffer.from('a,b\n1,2\n'), 'bad_input: The file x.xlsx is damaged, or not what its name says.'],
    [
      'the old format',
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      'bad_input: The file x.xlsx is an old or password-protected Office file, not a table.',
    ],
    [
      'a bomb',
      zip({ 'xl/workbook.xml': '', 'xl/worksheets/s1.xml': Buffer.alloc(260_000_000) }),
      'too_large: The workbook x.xlsx unpacks to 260 MB; at most 250 MB are read.',
    ],
  ])('is refused with %s', async (_, bytes, message) => {
    expect(await failure(bytes, 'x.xlsx')).toBe(message);
  });
});

describe('in a process of its own', () => {
  it('every kind is read, one after the other, and nothing is left behind', async () => {
    const folder = join(scratch, 'tmp');
    mkdirSync(folder);
    vi.stubEnv('TMPDIR', folder);
    const expected = [{ a: 1 }, { a: 2 }];
    const files = {
      'x.csv': Buffer.from('a\n1\n2\n'),
      'x.json': Buffer.from('[{"a":1},{"a":2}]'),
      'x.parquet': await parquet('SELECT unnest([1, 2]) AS a'),
      'x.xlsx': workbook({ A: [['a'], [1], [2]] }),
    };
    for (const [name, bytes] of Object.entries(files)) {
      expect(await reader.readTable(bytes, name)).toEqual({
        columns: [{ name: 'a', type: 'BIGINT' }],
        rows: expected,
      });
    }
    expect(await words(reader.readTable(Buffer.from('a\n"'), 'x.csv'))).toContain(
      'bad_input: Line 2 of the file',
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it('a bomb that unpacks to more than it says costs nothing else', async () => {
    const bomb = zip({ 'xl/workbook.xml': '', 'xl/sharedStrings.xml': Buffer.alloc(300_000_000) }, 10);
    expect(await words(reader.readTable(bomb, 'x.xlsx'))).toMatch(
      /^(bad_input|memory_limit): The file x.xlsx /,
    );
    expect((await reader.readTable(Buffer.from('a\n1\n'), 'x.csv')).rows).toEqual([{ a: 1 }]);
    await reader.close();
    expect(reader.pids()).toEqual([]);
  });
});
