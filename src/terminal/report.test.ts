import { describe, expect, it } from 'vitest';
import { questionSchema } from '../agent/question.ts';
import { type Block, emptyReport, type Report } from '../agent/report.ts';
import { drawImage } from './image.ts';
import { renderReport } from './report.ts';
import { tableLines } from './table.ts';

const question = questionSchema.parse({ id: 'q', text: 'Why?', thread: 't', user: 'u', askedAt: 1_000 });

function render(changes: Partial<Report>, width = 60): string {
  const report = { ...emptyReport(question, 'run-1', null, {}), ...changes };
  return renderReport({
    report,
    images: new Map(),
    link: null,
    showProgram: true,
    width,
    style: (_format, text) => text,
    picture: () => '',
  });
}

describe('a report in a terminal', () => {
  it('aligns metrics with their change and note', () => {
    const blocks: Block[] = [
      { kind: 'metric', label: 'AAPL', value: 129.61, unit: 'USD', delta: -27.7, deltaUnit: '%' },
      { kind: 'metric', label: 'Volatility', value: 35.6, unit: '%', note: 'a year' },
    ];
    expect(render({ blocks })).toContain(
      ['AAPL        $129.61  -27.7%', 'Volatility    35.6%  a year'].join('\n'),
    );
  });

  it('shows the error and what to do', () => {
    const error = { code: 'unavailable', message: 'The model is away.', hint: 'Try later.' } as const;
    expect(render({ error })).toContain('Error: The model is away.\n\nTry later.');
  });

  it('names sources with their last day, and the receipt', () => {
    const text = render({ freshness: [{ source: 'Prices', lastDate: '2022-12-29', kind: 'bundled' }] });
    expect(text).toContain(
      'Data: Prices · to 2022-12-29 · bundled\nRun run-1\nnone · 0 turns · 0 calls (0 cached)',
    );
  });

  it('lets no escape sequence of data reach the terminal', () => {
    const text = render({
      summary: 'a\x1b]0;owned\x07b',
      program: 'x = "\x9b2J"',
      blocks: [
        { kind: 'table', title: '\x1b[31m', columns: [{ name: 'a' }], rows: [{ a: '\u202eevil\x1b[2J' }] },
      ],
    });
    for (const control of ['\x1b', '\x07', '\x9b', '\u202e']) expect(text).not.toContain(control);
  });
});

describe('a table in a terminal', () => {
  const columns = [{ name: 'ticker' }, { name: 'close', unit: 'USD' }, { name: 'note' }];

  it('aligns numbers right and text left', () => {
    const rows = [
      { ticker: 'AAPL', close: 129.61, note: 'a' },
      { ticker: 'F', close: 9, note: null },
    ];
    expect(tableLines({ kind: 'table', title: '', columns, rows }, 80)).toEqual([
      'ticker    close  note',
      '──────  ───────  ────',
      'AAPL    $129.61  a',
      'F         $9.00  –',
    ]);
  });

  it('says what it leaves out', () => {
    const rows = Array.from({ length: 50 }, (_, i) => ({ ticker: `T${i}`, close: i, note: 'x'.repeat(60) }));
    const lines = tableLines({ kind: 'table', title: '', columns, rows }, 20);
    expect(lines.at(-1)).toBe('… 30 more rows and 1 more column: see --json');
    expect(lines.every((line) => line.length <= 60)).toBe(true);
  });

  it('counts wide characters as two', () => {
    const rows = [{ ticker: '東京', close: 1, note: 'x' }];
    expect(tableLines({ kind: 'table', title: '', columns, rows }, 80)[2]).toBe('東京    $1.00  x');
  });
});

describe('a picture in a terminal', () => {
  const png = new Uint8Array(10_000);
  it('is drawn by the protocol of the terminal, or not at all', () => {
    expect(drawImage(png, null)).toBe('');
    const drawn = drawImage(png, 'iterm');
    expect(drawn.startsWith('\x1b]1337;File=inline=1;')).toBe(true);
    expect(drawn).toMatch(/size=10000:A+/);
    const pieces = drawImage(png, 'kitty').split('\x1b\\');
    expect(pieces[0]).toContain('a=T,f=100,c=80,m=1;');
    expect(pieces.at(-2)).toContain('m=0;');
  });
});
