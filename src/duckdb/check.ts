/**
 * Decides whether a parsed statement may run, from DuckDB's own serialised tree. An allow-list on everything that
 * can name something: tables, functions, types, and kinds of nodes. What it does not know it refuses.
 */
import { AnalystError } from '../agent/errors.ts';
import { ALLOWED_FUNCTIONS, ALLOWED_TABLE_FUNCTIONS, CLOCK_WORDS, hintFor } from './functions.ts';

type Node = Record<string, unknown>;

const NODE_TYPES = new Set([
  ...['SELECT_NODE', 'SET_OPERATION_NODE', 'RECURSIVE_CTE_NODE', 'CTE_NODE'],
  ...['BASE_TABLE', 'SUBQUERY', 'JOIN', 'TABLE_FUNCTION', 'EXPRESSION_LIST', 'EMPTY', 'PIVOT', 'SHOW_REF'],
  ...['ORDER_MODIFIER', 'LIMIT_MODIFIER', 'LIMIT_PERCENT_MODIFIER', 'DISTINCT_MODIFIER'],
  ...['ORDER_DEFAULT', 'ASCENDING', 'DESCENDING'],
]);

const EXPRESSION_CLASSES = new Set([
  ...['BETWEEN', 'CASE', 'CAST', 'COLLATE', 'COLUMN_REF', 'COMPARISON', 'CONJUNCTION', 'CONSTANT', 'DEFAULT'],
  ...['FUNCTION', 'LAMBDA', 'OPERATOR', 'POSITIONAL_REFERENCE', 'STAR', 'SUBQUERY', 'WINDOW'],
]);

const CAST_TYPES = new Set([
  ...['BOOLEAN', 'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT'],
  ...['UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT', 'UHUGEINT', 'FLOAT', 'DOUBLE', 'DECIMAL'],
  ...['VARCHAR', 'BLOB', 'DATE', 'TIME', 'TIME WITH TIME ZONE', 'INTERVAL', 'UUID', 'ENUM', 'NULL', 'JSON'],
  ...['TIMESTAMP', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP_NS', 'TIMESTAMP WITH TIME ZONE'],
  ...['LIST', 'ARRAY', 'STRUCT', 'MAP'],
]);

export interface KnownTable {
  name: string;
  /** As shown to the writer of the statement: `close DOUBLE`. */
  columns: string[];
}

/**
 * @param tree one element of `statements` of json_serialize_sql
 * @throws AnalystError refused or bad_input, naming what is refused and what to use instead
 */
export function checkTree(tree: unknown, tables: readonly KnownTable[]): void {
  const known = new Set(tables.map((table) => table.name.toLowerCase()));
  visit(tree, known, tables);
}

function visit(value: unknown, names: ReadonlySet<string>, tables: readonly KnownTable[]): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, names, tables);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const node = value as Node;
  const visible = withCtes(node, names);
  if ('class' in node) checkExpression(node);
  else if (typeof node.type === 'string') checkNode(node, visible, tables);
  if (typeof node.function_name === 'string') checkFunction(node.function_name);
  for (const [key, child] of Object.entries(node)) {
    if (key === 'sample') checkSample(child);
    // A constant's value is data, and a table function was looked at with its own list.
    if (key === 'value' && node.class === 'CONSTANT') continue;
    // ORDER BY ALL is written like ORDER BY COLUMNS(*).
    if (key === 'expression' && isPlainColumns(child)) continue;
    if (key === 'cast_type') checkType(child);
    else if (key === 'function' && node.type === 'TABLE_FUNCTION')
      visit((child as Node).children, visible, tables);
    else visit(child, visible, tables);
  }
}

function isPlainColumns(value: unknown): boolean {
  const node = value as Node | null;
  return node?.class === 'STAR' && node.columns === true && !node.expr && node.relation_name === '';
}

/** A name given by WITH is visible where the WITH stands and below, itself included. */
function withCtes(node: Node, names: ReadonlySet<string>): ReadonlySet<string> {
  const map = (node.cte_map as { map?: { key: string }[] } | undefined)?.map ?? [];
  const own = [...map.map((entry) => entry.key), node.cte_name, node.ctename].filter(
    (name): name is string => typeof name === 'string',
  );
  return own.length === 0 ? names : new Set([...names, ...own.map((name) => name.toLowerCase())]);
}

function checkExpression(node: Node): void {
  if (node.class === 'PARAMETER') {
    throw new AnalystError('bad_input', 'Parameters ($1, ?) are not supported.', {
      hint: 'Write the values into the statement.',
    });
  }
  if (!EXPRESSION_CLASSES.has(String(node.class))) {
    throw new AnalystError('refused', `This kind of expression is not allowed here: ${String(node.class)}.`);
  }
  if (node.class === 'STAR' && node.columns === true) {
    throw new AnalystError('refused', 'COLUMNS(…) is not allowed here.', { hint: 'Name the columns.' });
  }
  const path = node.class === 'COLUMN_REF' ? (node.column_names as string[]) : [];
  const word = path.length === 1 ? path[0]?.toLowerCase() : undefined;
  if (word !== undefined && CLOCK_WORDS.has(word)) refuseFunction(word);
}

function checkNode(node: Node, names: ReadonlySet<string>, tables: readonly KnownTable[]): void {
  const type = node.type as string;
  if (!NODE_TYPES.has(type)) {
    throw new AnalystError('refused', `This kind of clause is not allowed here: ${type}.`);
  }
  if (type === 'BASE_TABLE') checkTable(node, names, tables);
  if (type === 'SHOW_REF' && !node.query) {
    throw new AnalystError('refused', `SHOW ${String(node.table_name)} is not allowed here.`, {
      hint: 'DESCRIBE table and SUMMARIZE table are.',
    });
  }
  if (type === 'TABLE_FUNCTION') {
    const name = String((node.function as Node | undefined)?.function_name ?? 'this').toLowerCase();
    if (!ALLOWED_TABLE_FUNCTIONS.has(name)) {
      throw new AnalystError('refused', `The table function ${name}() is not allowed here.`, {
        hint: hintFor(name),
      });
    }
  }
}

function checkTable(node: Node, names: ReadonlySet<string>, tables: readonly KnownTable[]): void {
  const path = [node.catalog_name, node.schema_name]
    .filter(Boolean)
    .map((part) => String(part).toLowerCase());
  const name = String(node.table_name);
  const home = path.every((part) => part === 'main' || part === 'memory' || part === 'recurring');
  if (home && names.has(name.toLowerCase())) return;
  const list = tables.map((table) => `${table.name}(${table.columns.join(', ')})`).join('; ');
  throw new AnalystError('bad_input', `There is no table ${[...path, name].join('.')}.`, {
    hint: list
      ? `These exist: ${list}.`
      : 'There is no data: hand series or rows to query() as its second argument.',
  });
}

function checkFunction(name: string): void {
  const lower = name.toLowerCase();
  if (!ALLOWED_FUNCTIONS.has(lower)) refuseFunction(lower);
}

function refuseFunction(name: string): never {
  throw new AnalystError('refused', `The function ${name} is not available here.`, { hint: hintFor(name) });
}

function checkSample(sample: unknown): void {
  if (sample && (sample as Node).seed === -1) {
    throw new AnalystError('refused', 'A sample must be repeatable.', {
      hint: 'Write TABLESAMPLE reservoir(100 ROWS) REPEATABLE (1).',
    });
  }
}

/** Types nest: lists of structs of maps. `UNBOUND` is a name that DuckDB looks up later; ENUM's labels hang below it. */
function checkType(type: unknown): void {
  if (Array.isArray(type)) {
    for (const item of type) checkType(item);
    return;
  }
  if (typeof type !== 'object' || type === null) return;
  const node = type as Node;
  if (typeof node.id === 'string') {
    const info = node.type_info as Node | null | undefined;
    const name = node.id === 'UNBOUND' ? String(info?.name ?? '').toUpperCase() : node.id;
    // GEOMETRY is written as a BLOB with something added.
    if (!CAST_TYPES.has(name) || (name === 'BLOB' && info)) {
      throw new AnalystError('refused', `The type ${name} is not available here.`, {
        hint: 'Use VARCHAR, BIGINT, DOUBLE, DECIMAL, BOOLEAN, DATE, TIMESTAMP, INTERVAL, lists or structs.',
      });
    }
  }
  if ('class' in node && node.class !== 'CONSTANT') {
    throw new AnalystError('refused', 'A type must be written with literals only.');
  }
  for (const child of Object.values(node)) checkType(child);
}
