/**
 * Files that came with a question -> tables that `query` can read. The bytes are fetched with the bot token, so
 * only from Slack's own file hosts and without following a redirect; they are parsed elsewhere, by a process
 * that may die of them.
 */
import { AnalystError } from '../agent/errors.ts';
import type { Store } from '../agent/ports.ts';
import type { AttachedTable } from '../agent/question.ts';
import type { Row } from '../agent/report.ts';
import type { SlackSettings } from './settings.ts';

/**
 * Reads CSV, TSV, JSON, Parquet and Excel. Throws AnalystError bad_input or too_large, in words for the person.
 * The note says which part of a file was read, when there are others.
 */
export type ReadTable = (
  bytes: Uint8Array,
  filename: string,
) => Promise<{ columns: { name: string; type: string }[]; rows: Row[]; note?: string }>;

/** As much of Slack's file object as is needed. */
export interface SlackFile {
  id: string;
  name?: string | null;
  size?: number;
  url_private?: string;
  url_private_download?: string;
}

export interface AttachmentLimits {
  hosts: string[];
  bytes: number;
  rows: number;
}

/** As they are set. */
export function attachmentLimits(settings: SlackSettings): AttachmentLimits {
  return { hosts: settings.fileHosts, bytes: settings.fileBytes, rows: settings.fileRows };
}

const KINDS = /\.(csv|tsv|txt|json|jsonl|ndjson|parquet|xlsx)$/i;
const TIMEOUT_MS = 20_000;
const KEEP = { ttlMs: 30 * 86_400_000 };

/** What a file's name and size tell already. @throws AnalystError with words for the person */
export function checkFile(
  file: SlackFile,
  readTable: ReadTable | undefined,
  limits: AttachmentLimits,
): ReadTable {
  const filename = file.name ?? file.id;
  if (!isTable(filename) || !readTable) {
    throw new AnalystError('bad_input', `I cannot read the file ${filename}.`, {
      hint: readTable
        ? 'I read CSV, TSV, JSON, Parquet and Excel (.xlsx).'
        : 'Reading files is not switched on here.',
    });
  }
  if ((file.size ?? 0) > limits.bytes) throw tooLarge(filename, `${Math.floor(limits.bytes / 1e6)} MB`);
  return readTable;
}

/** @throws AnalystError with words for the person: wrong kind, too large, unreadable */
export async function attach(
  files: SlackFile[],
  options: {
    token: string;
    store: Store;
    questionId: string;
    readTable: ReadTable | undefined;
    limits: AttachmentLimits;
    taken: AttachedTable[];
  },
): Promise<AttachedTable[]> {
  const tables: AttachedTable[] = [];
  for (const file of files) {
    const filename = file.name ?? file.id;
    const readTable = checkFile(file, options.readTable, options.limits);
    const bytes = await download(file, options.token, options.limits);
    const { columns, rows, note } = await readTable(bytes, filename);
    if (rows.length > options.limits.rows) throw tooLarge(filename, `${options.limits.rows} rows`);
    const key = `slack:table:${options.questionId}:${file.id}`;
    await options.store.set(key, rows, KEEP);
    const names = [...options.taken, ...tables].map((table) => table.name);
    const label = note ? `${filename} (${note})` : filename;
    tables.push({ name: tableName(filename, names), file: label, columns, rowCount: rows.length, key });
  }
  return tables;
}

/** Whether a file of this name is one that we read. */
export function isTable(filename: string): boolean {
  return KINDS.test(filename);
}

/** A SQL identifier from a file's name, unlike those before it. */
export function tableName(filename: string, taken: string[]): string {
  const base =
    filename
      .replace(/\.[^.]*$/, '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_+|_+$/g, '')
      .slice(0, 40) || 'data';
  // `prices` is what the price series are called.
  const start = /^[a-z]/.test(base) && base !== 'prices' ? base : `file_${base}`;
  let name = start;
  for (let n = 2; taken.includes(name); n++) name = `${start}_${n}`;
  return name;
}

async function download(file: SlackFile, token: string, limits: AttachmentLimits): Promise<Uint8Array> {
  const filename = file.name ?? file.id;
  const url = allowedUrl(file.url_private_download ?? file.url_private ?? '', limits.hosts);
  if (!url)
    throw new AnalystError('refused', `I cannot fetch the file ${filename}: it is not stored in Slack.`);
  let response: Response;
  try {
    response = await fetch(url, {
      headers: { authorization: `Bearer ${token}` },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (cause) {
    throw new AnalystError('unavailable', `The file ${filename} could not be fetched from Slack.`, { cause });
  }
  // Without the right to read it Slack answers with its login page.
  const page = response.headers.get('content-type')?.startsWith('text/html');
  if (!response.ok || page) {
    await response.body?.cancel();
    throw new AnalystError('unavailable', `Slack does not let me read the file ${filename}.`, {
      hint: 'Attach it to your question once more.',
    });
  }
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.byteLength;
    if (length > limits.bytes) throw tooLarge(filename, `${Math.floor(limits.bytes / 1e6)} MB`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Host and port must match; only a host given with its port (a local workspace) may be without TLS. */
function allowedUrl(text: string, hosts: string[]): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const tls = url.protocol === 'https:' || (url.protocol === 'http:' && url.port !== '');
  return tls && hosts.includes(url.host) ? url : null;
}

function tooLarge(filename: string, limit: string): AnalystError {
  return new AnalystError('too_large', `The file ${filename} is too large: I take at most ${limit}.`, {
    hint: 'Leave out rows or columns that the question does not need.',
  });
}
