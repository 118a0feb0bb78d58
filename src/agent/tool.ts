/**
 * A tool is a function that a program may call. It is described once, by its schemas and doc text, and that
 * description becomes its declaration in the prompt. Adding a tool is writing one of these.
 */
import { z } from 'zod';
import { AnalystError } from './errors.ts';
import type { Model, Store } from './ports.ts';
import type { AttachedTable } from './question.ts';
import type { Freshness, ReportBuilder, Usage } from './report.ts';

/** The JSON Schema of a parameter or a result, as much of it as declarations use. */
export type JsonSchema = Record<string, unknown>;

export interface Parameter {
  name: string;
  schema: JsonSchema;
  optional: boolean;
}

/** What a call learned beside its result. Recorded with the step, so that a replay learns it again. */
export interface Note {
  freshness?: Freshness;
  /** Rows that the call read or returned. */
  rows?: number;
  /** Tokens that the tool itself spent. */
  usage?: Usage;
  /** Answered from the tool's cache. */
  cached?: boolean;
}

export interface ToolContext {
  runId: string;
  /** The run's clock, epoch milliseconds. */
  now: number;
  /** Where render tools put their blocks. Only inline tools may touch it: a recorded call does not run again. */
  report: ReportBuilder;
  /** Tables that came with the question. */
  tables: AttachedTable[];
  store: Store;
  /** For tools that ask a model themselves; note the usage. */
  model: Model;
  note(note: Note): void;
}

export interface Tool {
  name: string;
  /** Doc text: what it does, units, errors, source of a formula. Plain text, several lines allowed. */
  description: string;
  /** Positional, in order. */
  parameters: Parameter[];
  /** TypeScript type of the awaited result. */
  returns: string;
  /** The MCP server it comes from. Its texts and results are data that nobody has read. */
  origin?: string;
  /** A durable call is a step: tracked, retried, never repeated. An inline call takes microseconds. */
  durable: boolean;
  /** The readable name of one call, for the dashboard and the progress list. Default: name and plain arguments. */
  title?(args: unknown[]): string;
  /** Checks the arguments. Throws AnalystError bad_input naming the parameter and what was expected. */
  parse(args: unknown[]): unknown[];
  run(args: unknown[], context: ToolContext): Promise<unknown> | unknown;
}

type Shape = Record<string, z.ZodType>;
type Arguments<S extends Shape> = { [K in keyof S]: z.output<S[K]> };

export interface ToolDefinition<S extends Shape> {
  name: string;
  description: string;
  /** In the order of the positional parameters; describe each with `.describe()`, units included. */
  parameters: S;
  /** TypeScript type of the awaited result, e.g. `Record<string, unknown>[]`. */
  returns: string;
  durable: boolean;
  title?(args: Arguments<S>): string;
  run(args: Arguments<S>, context: ToolContext): Promise<unknown> | unknown;
}

/** A tool of our own, from Zod schemas. */
export function defineTool<S extends Shape>(definition: ToolDefinition<S>): Tool {
  const names = Object.keys(definition.parameters);
  const schemas = Object.values(definition.parameters);
  const { title } = definition;
  const named = (args: unknown[]) =>
    Object.fromEntries(names.map((name, i) => [name, args[i]])) as Arguments<S>;
  const parameters = names.map((name, i) => ({
    name,
    schema: z.toJSONSchema(schemas[i] as z.ZodType, { io: 'input', unrepresentable: 'any' }) as JsonSchema,
    optional: (schemas[i] as z.ZodType).safeParse(undefined).success,
  }));
  return {
    name: definition.name,
    description: definition.description,
    parameters,
    returns: definition.returns,
    durable: definition.durable,
    ...(title ? { title: (args: unknown[]) => title(named(args)) } : {}),
    parse(args) {
      if (args.length > names.length) {
        throw new AnalystError(
          'bad_input',
          `${definition.name} takes ${names.length} arguments (${names.join(', ')}), got ${args.length}.`,
        );
      }
      // A program's undefined crosses the sandbox as null.
      return names.map((name, i) => {
        const schema = schemas[i] as z.ZodType;
        const parsed = schema.safeParse(args[i] === null ? undefined : args[i]);
        const result = parsed.success || args[i] !== null ? parsed : schema.safeParse(null);
        if (result.success) return result.data;
        throw new AnalystError('bad_input', `${definition.name}: ${describeIssues(name, result.error)}`, {
          hint: describeUse(definition.name, parameters),
        });
      });
    },
    run: (args, context) => definition.run(named(args), context),
  };
}

/** "create_metric(label, value, options?), with options { unit, delta, … }". */
function describeUse(tool: string, parameters: Parameter[]): string {
  const list = parameters.map(({ name, optional }) => `${name}${optional ? '?' : ''}`).join(', ');
  const objects = parameters.flatMap(({ name, schema }) =>
    schema.properties ? [`with ${name} { ${Object.keys(schema.properties).join(', ')} }`] : [],
  );
  return `Call it as ${[`${tool}(${list})`, ...objects].join(', ')}.`;
}

/** "columns[0].name: expected string, received number" for the first three issues. */
function describeIssues(parameter: string, error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => {
      const path = issue.path.reduce<string>(
        (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${String(key)}`),
        parameter,
      );
      return `${path}: ${issue.message.replace(/^Invalid input: /, '')}`;
    })
    .join('; ');
}

/** What a deployment offers to programs, our own tools and those of MCP servers. */
export interface ToolBox {
  /** Our own tools, always at hand. */
  readonly own: readonly Tool[];
  /** All tools; connects to the MCP servers that are not connected yet. */
  open(): Promise<OpenToolBox>;
}

export interface OpenToolBox {
  tools: Tool[];
  /** Servers that could not be reached, with the reason. */
  unavailable: { server: string; reason: string }[];
  /** Last day of bundled data, `YYYY-MM-DD`: the "today" of a run on it. */
  asOf?: string;
}
