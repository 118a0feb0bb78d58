/**
 * mcp.json -> the servers that are switched on, variables filled in. The format is the usual `mcpServers`,
 * plus `prefix`, `filter`, `when`, `timeoutMs` and `adapter`. Whatever is wrong is said at start, by name.
 */
import { z } from 'zod';
import { AnalystError } from '../../agent/errors.ts';
import { limits } from './limits.ts';

const serverSchema = z.strictObject({
  type: z.enum(['stdio', 'http', 'streamable-http']).optional(),
  command: z.string().min(1).optional(),
  args: z.array(z.string()).default([]),
  env: z.record(z.string(), z.string()).default({}),
  url: z.string().min(1).optional(),
  headers: z.record(z.string(), z.string()).default({}),
  disabled: z.boolean().default(false),
  /** Put before the name of each of its tools. */
  prefix: z
    .string()
    .regex(/^([A-Za-z_$][\w$]{0,30})?$/, 'must begin like an identifier')
    .default(''),
  /** Names of its tools that programs may call; all of them when absent. */
  filter: z.array(z.string()).min(1).optional(),
  /** Settings that switch it on, e.g. { "MARKET_DATA": "live" }. */
  when: z.record(z.string(), z.string()).default({}),
  timeoutMs: z.int().min(100).max(600_000).default(limits.callMs),
  adapter: z.string().optional(),
});
const configSchema = z.strictObject({
  $schema: z.string().optional(),
  mcpServers: z.record(z.string().min(1).max(60), serverSchema),
});

export interface ServerConfig {
  name: string;
  prefix: string;
  filter: string[] | undefined;
  timeoutMs: number;
  adapter: string | undefined;
  launch:
    | { kind: 'stdio'; command: string; args: string[]; env: Record<string, string> }
    | { kind: 'http'; url: URL; headers: Record<string, string> };
  /** Values that must appear in nothing that leaves the server's connection. */
  secrets: string[];
  /** Those, and every value of its environment: for the texts of errors. */
  private: string[];
}

/** Short values such as "1" or "info" are part of ordinary text. */
const SECRET_CHARS = 8;
const PRIVATE_CHARS = 4;

export type Variables = Record<string, string | undefined>;

/** @throws AnalystError bad_input: the file is wrong, or a variable that it names is not set */
export function readMcpConfig(config: unknown, variables: Variables): ServerConfig[] {
  const parsed = configSchema.safeParse(config);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new AnalystError('bad_input', `mcp.json is not valid: ${issues.slice(0, 5).join('; ')}`);
  }
  return Object.entries(parsed.data.mcpServers)
    .filter(
      ([, { disabled, when }]) => !disabled && Object.entries(when).every(([k, v]) => variables[k] === v),
    )
    .map(([name, server]) => readServer(name, server, variables));
}

function readServer(name: string, server: z.output<typeof serverSchema>, variables: Variables): ServerConfig {
  const used: string[] = [];
  const fill = (text: string) =>
    text.replaceAll(/\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g, (_match, variable: string, fallback?: string) => {
      const value = variables[variable] || fallback;
      if (value !== undefined) {
        used.push(value);
        return value;
      }
      throw new AnalystError(
        'bad_input',
        `mcp.json: the server "${name}" needs the variable ${variable}, which is not set.`,
        { hint: `Set ${variable}, or disable the server in mcp.json ("disabled": true).` },
      );
    });
  const fillAll = (values: Record<string, string>) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, fill(value)]));

  const { prefix, filter, timeoutMs, adapter } = server;
  const launch = readLaunch(name, server, fill, fillAll);
  const values = Object.values(launch.kind === 'http' ? launch.headers : launch.env);
  // A header such as "Bearer <key>" is secret as a whole and in its last word.
  const headers =
    launch.kind === 'http' ? values.flatMap((value) => [value, value.split(' ').at(-1) ?? '']) : [];
  const secrets = longestFirst([...used, ...headers, ...literalSecrets(server)], SECRET_CHARS);
  const all = longestFirst([...used, ...headers, ...values], PRIVATE_CHARS);
  return { name, prefix, filter, timeoutMs, adapter, launch, secrets, private: all };
}

function readLaunch(
  name: string,
  server: z.output<typeof serverSchema>,
  fill: (text: string) => string,
  fillAll: (values: Record<string, string>) => Record<string, string>,
): ServerConfig['launch'] {
  if ((server.command === undefined) === (server.url === undefined)) {
    throw new AnalystError('bad_input', `mcp.json: the server "${name}" needs either a command or a url.`);
  }
  if (server.url === undefined) {
    const command = fill(server.command ?? '');
    return { kind: 'stdio', command, args: server.args.map(fill), env: fillAll(server.env) };
  }
  const url = URL.parse(fill(server.url));
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new AnalystError(
      'bad_input',
      `mcp.json: the url of the server "${name}" is not an http(s) address.`,
    );
  }
  return { kind: 'http', url, headers: fillAll(server.headers) };
}

const SECRET_NAME = /key|token|secret|passw|credential|auth/i;
/** Sixteen and more of letters and digits without blanks or paths: nobody's ordinary word. */
const SECRET_LOOK = /^(?=.*\d)(?=.*[A-Za-z])[^\s/\\]{16,}$/;

/** What somebody wrote into the file itself instead of a variable, as far as it shows. */
function literalSecrets({ env, args }: { env: Record<string, string>; args: string[] }): string[] {
  const values = Object.entries(env).filter(
    ([name, value]) => !value.includes('${') && (SECRET_NAME.test(name) || SECRET_LOOK.test(value)),
  );
  // An argument is secret when an option that says so is before it, or before its "=".
  const arguments_ = args.flatMap((arg, i) => {
    const [, option = args[i - 1] ?? '', value = arg] = /^(--?[\w-]+)=(.*)$/s.exec(arg) ?? [];
    return option.startsWith('-') && SECRET_NAME.test(option) && !value.includes('${') ? [value] : [];
  });
  return [...values.map(([, value]) => value), ...arguments_];
}

/** A secret that contains another one is replaced first. */
function longestFirst(values: string[], chars: number): string[] {
  return [...new Set(values)].filter((value) => value.length >= chars).sort((a, b) => b.length - a.length);
}
