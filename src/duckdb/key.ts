/**
 * Names the answer of a statement over data: equal for the same canonical SQL, the same data in any order of its
 * tables, and the same DuckDB. Hashing many megabytes gives way to the event loop in between.
 */
import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { QueryRequest } from '../agent/ports.ts';
import { canonicalSql } from './canonical.ts';
import { limits } from './limits.ts';

/** @returns 64 hex digits (SHA-256) */
export async function requestKey(request: QueryRequest, version: string): Promise<string> {
  const digests: string[] = [];
  let budget: number = limits.hashChars;
  const digest = async (kind: string, name: string, pieces: Iterable<string>) => {
    const hash = createHash('sha256').update(`${kind}\0${name}\0`);
    for (const piece of pieces) {
      hash.update(piece);
      budget -= piece.length;
      if (budget > 0) continue;
      await turn();
      budget = limits.hashChars;
    }
    digests.push(hash.digest('base64'));
  };
  for (const [ticker, text] of Object.entries(request.series)) await digest('series', ticker, slices(text));
  for (const [name, rows] of Object.entries(request.tables)) await digest('table', name, lines(rows));
  const data = digests.sort().join('\n');
  return createHash('sha256')
    .update(`${version}\0${canonicalSql(request.sql)}\0${data}`)
    .digest('hex');
}

function* slices(text: string): Generator<string> {
  for (let from = 0; from < text.length; from += limits.hashChars)
    yield text.slice(from, from + limits.hashChars);
}

/** Key order counts: it is the order of the columns. */
function* lines(rows: readonly unknown[]): Generator<string> {
  for (let from = 0; from < rows.length; from += limits.partRows) {
    yield rows
      .slice(from, from + limits.partRows)
      .map((row) => `${JSON.stringify(row)}\n`)
      .join('');
  }
}
