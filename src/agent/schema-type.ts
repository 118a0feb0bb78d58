/**
 * JSON Schema -> TypeScript type, for declarations that a model reads. What it cannot express becomes
 * `unknown`, never an error: schemas of MCP servers are data. Its work is bounded whatever the schema says.
 */
import { DOC_LIMITS, docLine, schemaNotes } from './doc-text.ts';
import type { JsonSchema } from './tool.ts';

const limits = {
  /** Schema nodes visited for one type; references can multiply without end. */
  nodes: 600,
  depth: 12,
  /** Members of a union and properties of an object that are written out. */
  members: 60,
  /** Characters of a type on one line. */
  line: 100,
};

export interface TypeOptions {
  /** The text comes from an MCP server: cut it. */
  foreign?: boolean;
}

/** Can be written without quotes as a property, and as a name in the program if it is not reserved. */
export const IDENTIFIER = /^[A-Za-z_$][A-Za-z0-9_$]*$/;

/** The TypeScript type of values that `schema` accepts; several lines when properties are described. */
export function schemaType(schema: JsonSchema, options: TypeOptions = {}): string {
  const limit = options.foreign === true ? DOC_LIMITS.propertyText : undefined;
  return new TypeWriter(schema, limit).type(schema, []);
}

/** Follows `#`, `#/$defs/Name` and other local references; undefined where there is nothing. */
export function resolveReference(root: JsonSchema, ref: string): unknown {
  if (!ref.startsWith('#')) return undefined;
  let target: unknown = root;
  for (const step of ref.slice(1).split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    target = isObject(target) && Object.hasOwn(target, key) ? target[key] : undefined;
  }
  return target;
}

class TypeWriter {
  readonly #root: JsonSchema;
  readonly #textLimit: number | undefined;
  #nodes = 0;

  constructor(root: JsonSchema, textLimit: number | undefined) {
    this.#root = root;
    this.#textLimit = textLimit;
  }

  /** `path`: the schemas being written, to end cycles. */
  type(schema: unknown, path: unknown[]): string {
    if (schema === false) return 'never';
    if (!isObject(schema) || path.includes(schema) || path.length > limits.depth) return 'unknown';
    if (++this.#nodes > limits.nodes) return 'unknown';
    const inner = [...path, schema];
    const parts = [this.#own(schema, inner)];
    if (typeof schema.$ref === 'string')
      parts.push(this.type(resolveReference(this.#root, schema.$ref), inner));
    for (const key of ['anyOf', 'oneOf']) {
      const list = schema[key];
      if (Array.isArray(list)) parts.push(union(this.#each(list, inner)));
    }
    if (Array.isArray(schema.allOf)) parts.push(...this.#each(schema.allOf, inner));
    const all = intersection(parts);
    return schema.nullable === true ? union([all, 'null']) : all;
  }

  #each(list: unknown[], path: unknown[]): string[] {
    return list.slice(0, limits.members).map((member) => this.type(member, path));
  }

  /** The type without references and combinations. */
  #own(s: JsonSchema, path: unknown[]): string {
    if ('const' in s) return literalType(s.const);
    if (Array.isArray(s.enum)) return enumType(s.enum);
    if (Array.isArray(s.type)) {
      return union(s.type.map((name) => this.#named(name, s, path)));
    }
    return this.#named(s.type ?? impliedType(s), s, path);
  }

  #named(name: unknown, s: JsonSchema, path: unknown[]): string {
    if (name === 'string' || name === 'boolean' || name === 'null' || name === 'number') return name;
    if (name === 'integer') return 'number';
    if (name === 'array') return this.#array(s, path);
    if (name === 'object') return this.#object(s, path);
    return 'unknown';
  }

  #array(s: JsonSchema, path: unknown[]): string {
    const tuple = Array.isArray(s.prefixItems) ? s.prefixItems : s.items;
    const rest = Array.isArray(s.prefixItems) ? s.items : s.additionalItems;
    if (!Array.isArray(tuple)) return arrayOf(this.type(s.items, path));
    const elements = this.#each(tuple, path);
    if (isObject(rest)) elements.push(`...${arrayOf(this.type(rest, path))}`);
    return `[${elements.join(', ')}]`;
  }

  #object(s: JsonSchema, path: unknown[]): string {
    const properties = isObject(s.properties) ? Object.entries(s.properties) : [];
    const patterns = isObject(s.patternProperties) ? Object.values(s.patternProperties) : [];
    const extra = isObject(s.additionalProperties) ? [s.additionalProperties] : [];
    if (properties.length === 0) {
      if (s.additionalProperties === false && patterns.length === 0) return 'Record<string, never>';
      const values = this.#each([...patterns, ...extra], path);
      const keys = isObject(s.propertyNames) ? this.type(s.propertyNames, path) : 'string';
      const record = `Record<${keys === 'unknown' ? 'string' : keys}, ${values.length > 0 ? union(values) : 'unknown'}>`;
      return keys.includes('"') && !Array.isArray(s.required) ? `Partial<${record}>` : record;
    }
    const required = new Set(Array.isArray(s.required) ? s.required : []);
    const members = properties.slice(0, limits.members).map(([name, schema]) => ({
      notes: this.#notes(schema),
      text: `${propertyName(name)}${required.has(name) ? '' : '?'}: ${this.type(schema, path)}`,
    }));
    const open = s.additionalProperties === true || extra.length + patterns.length > 0;
    if (open || properties.length > limits.members) {
      members.push({ notes: '', text: '[name: string]: unknown' });
    }
    const line = `{ ${members.map(({ text }) => text).join('; ')} }`;
    const short = line.length <= limits.line && !line.includes('\n');
    if (short && members.every(({ notes }) => notes === '')) return line;
    return `{\n${members.map(({ notes, text }) => indent(`${comment(notes)}${text};`)).join('\n')}\n}`;
  }

  /** A property's own notes, or those of its elements or of its only non-null alternative. */
  #notes(schema: unknown): string {
    const own = schemaNotes(schema, this.#textLimit);
    if (!isObject(schema)) return own;
    const target = typeof schema.$ref === 'string' ? resolveReference(this.#root, schema.$ref) : undefined;
    if (own === '' && target !== undefined) return schemaNotes(target, this.#textLimit);
    const each = schemaNotes(isObject(schema.items) ? schema.items : undefined, this.#textLimit);
    const alternatives = [schema.anyOf, schema.oneOf].flat().filter((a) => isObject(a) && a.type !== 'null');
    const only = alternatives.length === 1 ? schemaNotes(alternatives[0], this.#textLimit) : '';
    return [own, only, each === '' ? '' : `each: ${each}`].filter((note) => note !== '').join('; ');
  }
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function impliedType(s: JsonSchema): string {
  if ('properties' in s || 'additionalProperties' in s || 'patternProperties' in s) return 'object';
  return 'items' in s || 'prefixItems' in s ? 'array' : 'unknown';
}

function comment(notes: string): string {
  return notes === '' ? '' : `/** ${notes} */\n`;
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}

function propertyName(name: string): string {
  return IDENTIFIER.test(name) ? name : JSON.stringify(docLine(name, DOC_LIMITS.literal));
}

/** JSON is also the syntax of a literal type. A literal too long to read is shown as its kind. */
function literalType(value: unknown): string {
  const text = JSON.stringify(value);
  if (text === undefined) return 'unknown';
  if (text.length <= DOC_LIMITS.literal && docLine(text) === text) return text;
  return typeof value === 'object' ? 'unknown' : typeof value;
}

function enumType(values: unknown[]): string {
  if (values.length <= limits.members) return union(values.map(literalType));
  return union([...new Set(values.map((value) => (value === null ? 'null' : typeof value)))]);
}

function arrayOf(type: string): string {
  return /^[\w.]+$|^\{[^{}]*\}$|^Record<[^<>]*>$/.test(type) ? `${type}[]` : `Array<${type}>`;
}

function union(types: string[]): string {
  const distinct = new Set(types);
  if (distinct.has('unknown') || distinct.size === 0) return 'unknown';
  distinct.delete('never');
  // null reads best at the end.
  const ordered = [...distinct].filter((type) => type !== 'null');
  if (distinct.has('null')) ordered.push('null');
  return ordered.join(' | ') || 'never';
}

function intersection(types: string[]): string {
  const known = [...new Set(types)].filter((type) => type !== 'unknown');
  if (known.length === 0) return 'unknown';
  return known.length === 1 ? String(known[0]) : known.map((type) => `(${type})`).join(' & ');
}
