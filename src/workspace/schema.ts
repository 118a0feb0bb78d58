/**
 * A few combinators to write Slack's rules down as a table. A check reports problems in Slack's own words,
 * each with a pointer into the request; it never throws.
 */
import { isFields } from './arguments.ts';
import type { Fields } from './types.ts';

export interface Context {
  surface: 'message' | 'modal' | 'home';
  /** Whether the bot may show this file as a picture, by id or by url. */
  showsFile(reference: { id?: string; url?: string }): boolean;
  problem(text: string, at: string): void;
}

export type Check = (value: unknown, at: string, context: Context) => void;
export interface Field {
  check: Check;
  required: boolean;
}

export const required = (check: Check): Field => ({ check, required: true });
export const optional = (check: Check): Field => ({ check, required: false });

export const string =
  (max: number, min = 1): Check =>
  (value, at, context) => {
    if (typeof value !== 'string') context.problem('must be a string', at);
    else if (value.length > max) context.problem(`must be less than ${max + 1} characters`, at);
    else if (value.length < min) context.problem(`must be more than ${min - 1} characters`, at);
  };

export const number =
  (min: number, max: number): Check =>
  (value, at, context) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) context.problem('must be a number', at);
    else if (value < min || value > max) context.problem(`must be between ${min} and ${max}`, at);
  };

export const boolean: Check = (value, at, context) => {
  if (typeof value !== 'boolean') context.problem('must be a boolean', at);
};

export const oneOf =
  (...allowed: string[]): Check =>
  (value, at, context) => {
    if (!allowed.includes(String(value))) context.problem(`must be a valid enum value`, at);
  };

export const url: Check = (value, at, context) => {
  if (typeof value !== 'string' || !/^(https?|mailto|slack):/i.test(value) || !URL.canParse(value)) {
    context.problem('invalid url', at);
  } else string(3_000)(value, at, context);
};

export const anything: Check = () => undefined;

export const list =
  (check: Check, max: number, min = 1): Check =>
  (value, at, context) => {
    if (!Array.isArray(value)) return context.problem('must provide an array', at);
    if (value.length > max) context.problem(`no more than ${max} items allowed`, at);
    if (value.length < min) context.problem(`no fewer than ${min} items allowed`, at);
    for (const [index, item] of value.entries()) check(item, `${at}/${index}`, context);
  };

/** Fields not named are refused. `more` checks the fields together. */
export const object =
  (fields: Record<string, Field>, more?: (value: Fields, at: string, context: Context) => void): Check =>
  (value, at, context) => {
    if (!isFields(value)) return context.problem('must provide an object', at);
    for (const [name, field] of Object.entries(fields)) {
      const given = value[name];
      if (given !== undefined && given !== null) field.check(given, `${at}/${name}`, context);
      else if (field.required) context.problem(`missing required field: ${name}`, at);
    }
    for (const name of Object.keys(value)) {
      if (!(name in fields)) context.problem(`invalid additional property: ${name}`, at);
    }
    more?.(value, at, context);
  };

/** Picks the check by the `type` field. */
export const byType =
  (table: Record<string, Check>, allowed: readonly string[] = Object.keys(table)): Check =>
  (value, at, context) => {
    if (!isFields(value)) return context.problem('must provide an object', at);
    if (value.type === undefined) return context.problem('missing required field: type', at);
    const check = allowed.includes(String(value.type)) ? table[String(value.type)] : undefined;
    if (check) check(value, at, context);
    else context.problem(`unsupported type: ${value.type}`, `${at}/type`);
  };

/** At least one (or, with `exactly`, one and no more) of these fields. */
export const anyField =
  (names: string[], exactly = false) =>
  (value: Fields, at: string, context: Context): void => {
    const given = names.filter((name) => value[name] !== undefined && value[name] !== null);
    if (given.length === 0) context.problem(`must define one of the fields: ${names.join(', ')}`, at);
    if (exactly && given.length > 1)
      context.problem(`must define only one of the fields: ${names.join(', ')}`, at);
  };
