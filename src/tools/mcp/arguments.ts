/**
 * Checks a call's arguments against the JSON Schema that the server listed, before they leave. The schema is a
 * stranger's: the work is bounded, and regular expressions in it are left to the server.
 */
import { AnalystError } from '../../agent/errors.ts';
import { resolveReference } from '../../agent/schema-type.ts';
import type { JsonSchema } from '../../agent/tool.ts';

/** Schemas applied to one call's arguments. Beyond it the server may judge for itself. */
const WORK = 50_000;
const DEPTH = 32;

/** Null stands for an argument that a program left undefined, unless the schema says null. */
export function withoutUndefined(schema: JsonSchema, args: JsonSchema): JsonSchema {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const absent = (name: string) =>
    args[name] === null && new Checker(schema).issue(properties[name] ?? true, null, name, 0) !== undefined;
  return Object.fromEntries(
    Object.entries(args).filter(([name, value]) => value !== undefined && !absent(name)),
  );
}

/** @throws AnalystError bad_input naming the argument and what was expected */
export function checkArguments(tool: string, schema: JsonSchema, args: unknown): void {
  const issue = new Checker(schema).issue(schema, args, '', 0);
  if (issue !== undefined) throw new AnalystError('bad_input', `${tool}: ${issue}.`);
}

class Checker {
  readonly #root: JsonSchema;
  #work = 0;

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  /** What is wrong with `value`, or undefined. */
  issue(schema: unknown, value: unknown, path: string, depth: number): string | undefined {
    if (schema === false) return `there is no argument ${path || 'here'}`;
    if (!isObject(schema) || depth > DEPTH || ++this.#work > WORK) return undefined;
    const referred =
      typeof schema.$ref === 'string'
        ? this.issue(resolveReference(this.#root, schema.$ref), value, path, depth + 1)
        : undefined;
    return (
      referred ??
      this.#scalar(schema, value, path) ??
      this.#combined(schema, value, path, depth) ??
      (Array.isArray(value) ? this.#items(schema, value, path, depth) : undefined) ??
      (isObject(value) ? this.#properties(schema, value, path, depth) : undefined)
    );
  }

  #scalar(s: JsonSchema, value: unknown, path: string): string | undefined {
    const types = [s.type].flat().filter((type) => typeof type === 'string');
    if (s.nullable === true) types.push('null');
    if (types.length > 0 && !types.some((type) => isOfType(value, type))) {
      return `${path || 'the arguments'}: expected ${types.join(' or ')}, got ${typeName(value)}`;
    }
    const literals = 'const' in s ? [s.const] : Array.isArray(s.enum) ? s.enum : undefined;
    if (literals && !literals.some((literal) => JSON.stringify(literal) === JSON.stringify(value))) {
      return `${path}: expected ${shortList(literals.map((literal) => JSON.stringify(literal)))}, got ${show(value)}`;
    }
    if (typeof value === 'number') return outside(path, value, s.minimum, s.maximum);
    if (typeof value === 'string') return outside(`${path}, length`, value.length, s.minLength, s.maxLength);
    if (Array.isArray(value)) return outside(`${path}, items`, value.length, s.minItems, s.maxItems);
    return undefined;
  }

  #combined(s: JsonSchema, value: unknown, path: string, depth: number): string | undefined {
    const check = (member: unknown) => this.issue(member, value, path, depth + 1);
    for (const member of Array.isArray(s.allOf) ? s.allOf : []) {
      const issue = check(member);
      if (issue !== undefined) return issue;
    }
    for (const list of [s.anyOf, s.oneOf]) {
      if (!Array.isArray(list) || list.length === 0) continue;
      let first: string | undefined;
      const fits = list.some((member) => {
        const issue = check(member);
        first ??= issue;
        return issue === undefined;
      });
      if (!fits) return first;
    }
    return undefined;
  }

  #items(s: JsonSchema, values: unknown[], path: string, depth: number): string | undefined {
    const tuple = Array.isArray(s.prefixItems) ? s.prefixItems : Array.isArray(s.items) ? s.items : [];
    for (const [i, value] of values.entries()) {
      if (this.#work > WORK) return undefined;
      const issue = this.issue(tuple[i] ?? s.items, value, `${path}[${i}]`, depth + 1);
      if (issue !== undefined) return issue;
    }
    return undefined;
  }

  #properties(s: JsonSchema, value: JsonSchema, path: string, depth: number): string | undefined {
    const properties = isObject(s.properties) ? s.properties : {};
    const at = (name: string) => (path === '' ? name : `${path}.${name}`);
    for (const name of Array.isArray(s.required) ? s.required : []) {
      if (typeof name !== 'string' || Object.hasOwn(value, name)) continue;
      const strange = Object.keys(value).filter((other) => !Object.hasOwn(properties, other));
      if (strange.length === 0) return `${at(name)} is missing`;
      return `${at(name)} is missing, ${shortList(strange)} is not known; there is ${shortList(Object.keys(properties))}`;
    }
    for (const [name, item] of Object.entries(value)) {
      if (this.#work > WORK) return undefined;
      const known = Object.hasOwn(properties, name);
      if (!known && s.additionalProperties === false && !isObject(s.patternProperties)) {
        return `there is no ${at(name)}; there is ${shortList(Object.keys(properties)) || 'nothing'}`;
      }
      const schema = known ? properties[name] : isObject(s.patternProperties) ? true : s.additionalProperties;
      const issue = this.issue(schema, item, at(name), depth + 1);
      if (issue !== undefined) return issue;
    }
    return undefined;
  }
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value);
  return typeName(value) === type;
}

function outside(what: string, value: number, least: unknown, most: unknown): string | undefined {
  if (typeof least === 'number' && value < least) return `${what}: expected at least ${least}, got ${value}`;
  if (typeof most === 'number' && value > most) return `${what}: expected at most ${most}, got ${value}`;
  return undefined;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function shortList(words: string[]): string {
  return words.length > 12 ? `${words.slice(0, 12).join(', ')}, …` : words.join(', ');
}
