/**
 * From SQL text to a statement that may be run: one SELECT, parsed by DuckDB itself, every name in it allowed.
 * The parser runs on an instance of its own, where nothing but our one question about the text is ever executed.
 */
import { type DuckDBConnection, StatementType } from '@duckdb/node-api';
import { AnalystError } from '../agent/errors.ts';
import { LIMITS } from '../agent/limits.ts';
import { checkTree, type KnownTable } from './check.ts';

interface Serialised {
  error: boolean;
  error_type?: string;
  error_message?: string;
  position?: string;
  statements?: unknown[];
}

/** Throws AnalystError: bad_input (syntax, several statements, unknown table), refused, too_large. */
export type StatementCheck = (sql: string, tables: readonly KnownTable[]) => Promise<void>;

/** @param parser a connection that runs only this */
export async function createStatementCheck(parser: DuckDBConnection): Promise<StatementCheck> {
  const serialise = await parser.prepare('SELECT json_serialize_sql($1::VARCHAR)');
  return async (sql, tables) => {
    checkText(sql);
    serialise.bindVarchar(1, sql);
    const reader = await serialise.runAndReadAll();
    const parsed = JSON.parse(String(reader.getRows()[0]?.[0])) as Serialised;
    if (parsed.error) throw syntaxError(sql, parsed);
    const [tree, ...others] = parsed.statements ?? [];
    if (tree === undefined) throw empty();
    if (others.length > 0) throw several(others.length + 1);
    checkTree(tree, tables);
  };
}

/**
 * Prepares the one statement of a text that the check let pass. Only what was extracted and prepared may be
 * run: `run(sql)` and its kin execute every statement of a text.
 */
export async function prepareStatement(connection: DuckDBConnection, sql: string) {
  const extracted = await connection.extractStatements(sql);
  if (extracted.count !== 1) throw several(extracted.count);
  const prepared = await extracted.prepare(0);
  if (prepared.statementType === StatementType.SELECT && prepared.parameterCount === 0) return prepared;
  prepared.destroySync();
  throw notSelect(sql);
}

/** What can be said without parsing. Comment-only text makes DuckDB fail in native code, and NUL cuts it short. */
function checkText(sql: string): void {
  if (Buffer.byteLength(sql) > LIMITS.sqlBytes) {
    throw new AnalystError('too_large', `SQL may have at most ${LIMITS.sqlBytes} bytes.`, {
      hint: 'Hand data over as a table instead of writing it into the statement.',
    });
  }
  if (sql.includes('\0')) throw new AnalystError('bad_input', 'SQL must not contain a NUL character.');
  if (sql.trim() === '') throw empty();
}

function empty(): AnalystError {
  return new AnalystError('bad_input', 'The SQL is empty.', { hint: 'Write one SELECT.' });
}

function several(count: number): AnalystError {
  return new AnalystError('refused', `Exactly one statement is allowed, this is ${count}.`, {
    hint: 'Call query() once for each SELECT, or join them with WITH or UNION ALL.',
  });
}

function notSelect(sql: string): AnalystError {
  if (/\bpivot(_wider)?\b/i.test(sql)) {
    return new AnalystError('refused', 'A PIVOT without an IN list is not one SELECT.', {
      hint: "Write the IN list: PIVOT prices ON ticker IN ('AAPL', 'MSFT') USING avg(close) GROUP BY date.",
    });
  }
  return new AnalystError('refused', 'Only one SELECT is allowed: nothing that changes data or settings.', {
    hint: 'Start with SELECT, WITH, FROM, VALUES, PIVOT, UNPIVOT, DESCRIBE or SUMMARIZE.',
  });
}

/** DuckDB's own words, with the line it stumbled over. */
function syntaxError(sql: string, parsed: Serialised): AnalystError {
  if (parsed.error_type === 'not implemented') return notSelect(sql);
  const at = Number(parsed.position ?? Number.NaN);
  const where = Number.isInteger(at) ? ` ${excerpt(sql, at)}` : '';
  return new AnalystError(
    'bad_input',
    `SQL ${parsed.error_type ?? 'parser'} error: ${parsed.error_message}.${where}`,
    {
      hint: 'The dialect is DuckDB.',
    },
  );
}

/** `position` counts bytes of UTF-8. */
function excerpt(sql: string, position: number): string {
  const before = Buffer.from(sql).subarray(0, position).toString();
  const line = before.split('\n').length;
  const column = before.length - before.lastIndexOf('\n');
  return `(line ${line}, column ${column}: … ${sql.slice(Math.max(0, before.length - 30), before.length + 30).trim()} …)`;
}
