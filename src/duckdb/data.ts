/** The data of a query: checked, described for error messages, and cut into parts for its journey to a child. */
import { AnalystError } from '../agent/errors.ts';
import type { QueryRequest } from '../agent/ports.ts';
import type { KnownTable } from './check.ts';
import { limits } from './limits.ts';
import type { Part, Supply } from './protocol.ts';

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;
const PRICES: KnownTable = { name: 'prices', columns: ['ticker VARCHAR', 'date DATE', 'close DOUBLE'] };

/** @throws AnalystError bad_input: a name that SQL cannot use, names that collide, a table without rows */
export function describeTables({ series, tables }: QueryRequest): KnownTable[] {
  const known = Object.keys(series).length > 0 ? [PRICES] : [];
  for (const [name, rows] of Object.entries(tables)) {
    if (!IDENTIFIER.test(name)) {
      throw new AnalystError('bad_input', `${JSON.stringify(name)} cannot be the name of a table.`, {
        hint: 'Use letters, digits and underscores, starting with a letter. Price series go in as text, not as rows.',
      });
    }
    if (known.some((other) => other.name.toLowerCase() === name.toLowerCase())) {
      throw new AnalystError('bad_input', `There are two tables with the name ${name}.`, {
        hint: 'Case does not count, and prices is the table of the price series.',
      });
    }
    const [first] = rows;
    if (!first) {
      throw new AnalystError('bad_input', `Table ${name} has no rows, so it has no columns either.`, {
        hint: 'Check in the program whether there is data before you query it.',
      });
    }
    known.push({ name, columns: Object.keys(first) });
  }
  return known;
}

/** Rough size, for the time that loading may take. */
export function dataBytes({ series, tables }: QueryRequest): number {
  let bytes = 0;
  for (const text of Object.values(series)) bytes += text.length;
  for (const rows of Object.values(tables)) bytes += rows.length * Object.keys(rows[0] ?? {}).length * 20;
  return bytes;
}

/** At least one part, the last of them without `more`. */
export function* supplies(request: QueryRequest): Generator<Supply> {
  let held: Part | undefined;
  for (const part of parts(request)) {
    if (held) yield { part: held, more: true };
    held = part;
  }
  yield { part: held ?? { series: [], rows: [] }, more: false };
}

function* parts({ series, tables }: QueryRequest): Generator<Part> {
  let part: Part = { series: [], rows: [] };
  let size = 0;
  for (const [ticker, text] of Object.entries(series)) {
    part.series.push([ticker, Buffer.from(text)]);
    size += text.length;
    if (size < limits.partBytes) continue;
    yield part;
    part = { series: [], rows: [] };
    size = 0;
  }
  if (part.series.length > 0) yield part;
  for (const [name, rows] of Object.entries(tables)) {
    for (let from = 0; from < rows.length; from += limits.partRows) {
      yield { series: [], rows: [[name, rows.slice(from, from + limits.partRows)]] };
    }
  }
}
