/**
 * The log as this room sees it (a pino logger fits), and Bolt's own log turned into it. Bolt's debug lines hold
 * payloads, so they are dropped: no text of a message reaches a log.
 */
import { type Logger as BoltLogger, LogLevel } from '@slack/bolt';

export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export function boltLogger(logger: Logger): BoltLogger {
  const text = (parts: unknown[]) => parts.map(describe).join(' ').slice(0, 500);
  return {
    debug: () => {},
    info: (...parts) => logger.debug({ from: 'bolt' }, text(parts)),
    warn: (...parts) => logger.warn({ from: 'bolt' }, text(parts)),
    error: (...parts) => logger.error({ from: 'bolt' }, text(parts)),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}

/** An object of Slack's may hold a person's text: only errors and words are kept. */
function describe(part: unknown): string {
  if (part instanceof Error) return part.message;
  return typeof part === 'object' ? '[object]' : String(part);
}

/** An error for the log: its class, code and text, never a request's body. */
export function errorFields(error: unknown): { error: string; code?: string } {
  if (!(error instanceof Error)) return { error: String(error) };
  const code = (error as { code?: unknown }).code;
  return { error: error.message, ...(typeof code === 'string' ? { code } : {}) };
}
