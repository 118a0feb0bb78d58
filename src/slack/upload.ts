/**
 * Files to Slack, in the two halves that make a retry safe: the bytes (which nobody sees), then their
 * completion, which shares them. Slack wants a moment before a picture can be shown.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import { AnalystError } from '../agent/errors.ts';
import { slackError } from './client.ts';
import type { Place } from './posting.ts';

export interface Upload {
  filename: string;
  title: string;
  bytes: Uint8Array;
  /** For those who cannot see a picture. */
  alt?: string;
}

const TIMEOUT_MS = 30_000;
/** How long a step waits for Slack to process a picture; the engine's retry waits on. */
const READY_MS = 8_000;

/** Sends the bytes; answers the file's id. The file is not shared anywhere yet. */
export async function sendBytes(client: WebClient, upload: Upload): Promise<string> {
  const { upload_url: url, file_id: id } = await client.files.getUploadURLExternal({
    filename: upload.filename,
    length: upload.bytes.byteLength,
    ...(upload.alt ? { alt_text: upload.alt } : {}),
    ...(upload.filename.endsWith('.csv') ? { snippet_type: 'csv' } : {}),
  });
  if (!url || !id)
    throw new AnalystError('unavailable', 'Slack gave no place for the file.', { retryable: true });
  const response = await fetch(url, {
    method: 'POST',
    body: upload.bytes as Uint8Array<ArrayBuffer>,
    headers: { 'content-type': 'application/octet-stream' },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw new AnalystError('unavailable', 'The file could not be sent to Slack.', { retryable: true, cause });
  });
  await response.body?.cancel();
  if (response.ok) return id;
  throw new AnalystError('unavailable', `Slack refused the file with HTTP ${response.status}.`, {
    retryable: response.status === 429 || response.status >= 500,
  });
}

/** A picture for an image block: it becomes visible with the message that shows it. */
export async function completePicture(client: WebClient, id: string, title: string): Promise<void> {
  await client.files.completeUploadExternal({ files: [{ id, title }] });
}

/** @throws AnalystError unavailable (retryable) while Slack still processes the file */
export async function waitUntilReady(client: WebClient, id: string): Promise<void> {
  const end = Date.now() + READY_MS;
  for (let pause = 100; ; pause = Math.min(1_000, pause * 2)) {
    const { file } = await client.files.info({ file: id });
    if (file?.mimetype) return;
    if (Date.now() + pause > end) break;
    await wait(pause);
  }
  throw new AnalystError('unavailable', 'Slack is still processing the picture.', {
    retryable: true,
    retryAfterMs: 2_000,
  });
}

/** Shares uploaded files as one message of a thread. A second try finds them shared and does nothing. */
export async function shareFiles(
  client: WebClient,
  files: { id: string; title: string }[],
  place: Place,
): Promise<void> {
  const [first, ...rest] = files;
  if (!first || (await isShared(client, first.id, place.channel))) return;
  const where = place.threadTs
    ? { channel_id: place.channel, thread_ts: place.threadTs }
    : { channel_id: place.channel };
  await client.files.completeUploadExternal({ files: [first, ...rest], ...where });
}

async function isShared(client: WebClient, id: string, channel: string): Promise<boolean> {
  try {
    const { file } = await client.files.info({ file: id });
    const shares = { ...file?.shares?.public, ...file?.shares?.private };
    return (
      channel in shares || [file?.channels, file?.groups, file?.ims].some((list) => list?.includes(channel))
    );
  } catch (error) {
    // Bytes whose upload was not completed are no file yet.
    if (slackError(error)) return false;
    throw error;
  }
}
