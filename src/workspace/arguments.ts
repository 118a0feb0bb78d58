/**
 * The arguments of one Web API request. The official client sends them form-encoded, objects as JSON text
 * inside; others send JSON. Both read the same here, and what is missing or of the wrong type is refused as
 * Slack does it: `invalid_arguments` with a message for each.
 */
import { Refusal } from './refusal.ts';
import type { Block, Fields } from './types.ts';

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export class Arguments {
  readonly fields: Fields;

  constructor(fields: Fields) {
    this.fields = fields;
  }

  has(name: string): boolean {
    const value = this.fields[name];
    return value !== undefined && value !== null && value !== '';
  }

  text(name: string): string {
    if (!this.has(name)) throw Refusal.withMessages('invalid_arguments', [`missing required field: ${name}`]);
    return String(this.fields[name]);
  }

  optionalText(name: string): string | undefined {
    return this.has(name) ? String(this.fields[name]) : undefined;
  }

  number(name: string, fallback: number): number {
    if (!this.has(name)) return fallback;
    const value = Number(this.fields[name]);
    if (!Number.isFinite(value)) {
      throw Refusal.withMessages('invalid_arguments', [`must be a number [json-pointer:/${name}]`]);
    }
    return value;
  }

  flag(name: string): boolean | undefined {
    const value = this.fields[name];
    if (value === undefined || value === null || value === '') return undefined;
    return value === true || value === 'true' || value === '1' || value === 1;
  }

  /** Undefined when absent. `error` is what Slack calls text that is no JSON of the right kind. */
  object(name: string, error = 'invalid_arguments'): Fields | undefined {
    const value = this.#json(name, error);
    if (value === undefined) return undefined;
    if (!isFields(value))
      throw Refusal.withMessages(error, [`must provide an object [json-pointer:/${name}]`]);
    return value;
  }

  list(name: string, error = 'invalid_arguments'): unknown[] | undefined {
    const value = this.#json(name, error);
    if (value === undefined) return undefined;
    if (!Array.isArray(value))
      throw Refusal.withMessages(error, [`must provide an array [json-pointer:/${name}]`]);
    return value;
  }

  blocks(): Block[] | undefined {
    return this.list('blocks', 'invalid_blocks_format') as Block[] | undefined;
  }

  #json(name: string, error: string): unknown {
    const value = this.fields[name];
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value);
    } catch {
      throw Refusal.withMessages(error, [`not valid JSON [json-pointer:/${name}]`]);
    }
  }
}
