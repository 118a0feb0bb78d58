import { describe, expect, it } from 'vitest';
import { csvFiles, toCsv } from './csv.ts';

describe('CSV', () => {
  it('quotes what needs it and leaves numbers alone', () => {
    const rows = [{ a: 'x,y', b: 'say "hi"', c: -1.5, d: null, e: true, f: 'two\nlines' }];
    expect(toCsv(rows, ['a', 'b', 'c', 'd', 'e', 'f'])).toBe(
      '\uFEFFa,b,c,d,e,f\r\n"x,y","say ""hi""",-1.5,,true,"two\nlines"\r\n',
    );
  });

  it('defuses formulas, in headings too, but no negative numbers', () => {
    const csv = toCsv([{ '=cmd': '=1+1', n: '-3.2', at: '@SUM(A1)' }], ['=cmd', 'n', 'at']);
    expect(csv).toBe("\uFEFF'=cmd,n,at\r\n'=1+1,-3.2,'@SUM(A1)\r\n");
  });

  it('names every file once, whatever the titles are', () => {
    const table = (title: string) => ({ kind: 'table' as const, title, columns: [{ name: 'a' }], rows: [] });
    const files = csvFiles({ blocks: [table('Über/../x'), table('Same'), table('Same!'), table('表')] });
    expect(files.map((file) => file.filename)).toEqual(['ber-x.csv', 'same.csv', 'same-2.csv', 'table.csv']);
  });
});
