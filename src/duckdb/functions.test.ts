/** When a new DuckDB brings functions, this says so: read what they do, then allow them or name them here. */
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { ALLOWED_FUNCTIONS, ALLOWED_TABLE_FUNCTIONS } from './functions.ts';

test('allows only functions that exist, and none of those known to do harm', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(
    'SELECT DISTINCT lower(function_name) FROM duckdb_functions()',
  );
  const existing = new Set(reader.getRows().map(([name]) => String(name)));
  connection.closeSync();
  instance.closeSync();
  /** Written as operators or rewritten by the parser: no catalog entry. */
  const syntax = new Set(['->', 'coalesce', 'if', 'ifnull', 'count_star']);
  const unknown = [...ALLOWED_FUNCTIONS, ...ALLOWED_TABLE_FUNCTIONS].filter(
    (name) => !existing.has(name) && !syntax.has(name),
  );
  expect(unknown).toEqual([]);
  const harmful =
    /^(read_|write_|parquet|duckdb_|pragma_|enable_|disable_|variant|st_|icu_|__internal|pg_|sql_|which_|getenv|getvariable|setseed|nextval|currval|current_|sleep|query|json_(structure|merge|transform|serialize|deserialize|execute)|from_json|levenshtein|damerau|jaro|jaccard|hamming|mismatches|repeat|lpad|rpad|printf|format$|bar$|bitstring|random|uuid|now$|today$|list_reduce|reduce|array_reduce|list_resize|array_resize|glob|sniff)/;
  expect([...ALLOWED_FUNCTIONS, ...ALLOWED_TABLE_FUNCTIONS].filter((name) => harmful.test(name))).toEqual([]);
});
