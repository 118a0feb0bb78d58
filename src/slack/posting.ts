/**
 * Posting a message exactly once. Before posting, a mark is set; after it, the message's place is recorded. A
 * second try that finds the mark without the place asks Slack whether the message is there, by its metadata.
 */
import type { WebClient } from '@slack/web-api';
import type { Store } from '../agent/ports.ts';
import { MESSAGE_EVENT } from './blocks/actions.ts';
import type { SlackMessage } from './blocks/answer.ts';
import { slackError, toAnalystError } from './client.ts';

export interface Place {
  channel: string;
  threadTs?: string;
}

export interface Posted {
  channel: string;
  ts: string;
}

export interface OncePosting {
  /** Names the message within everything the app posts: `<runId>:<part>`. */
  key: string;
  place: Place;
  message: SlackMessage;
  /** Not posted before this, epoch milliseconds: bounds the search. */
  since: number;
}

const KEEP = { ttlMs: 60 * 86_400_000 };
/** Pages of a thread that are searched. */
const PAGES = 5;

/** Nothing of ours unfolds or links by itself. */
const QUIET = { unfurl_links: false, unfurl_media: false, parse: 'none', link_names: false } as const;

export async function post(
  client: WebClient,
  place: Place,
  message: SlackMessage,
  key?: string,
): Promise<Posted> {
  const thread = place.threadTs ? { thread_ts: place.threadTs } : {};
  const blocks = message.blocks ? { blocks: message.blocks } : {};
  const metadata = key ? { metadata: { event_type: MESSAGE_EVENT, event_payload: { key } } } : {};
  const result = await client.chat.postMessage({
    channel: place.channel,
    text: message.text,
    ...QUIET,
    ...thread,
    ...blocks,
    ...metadata,
  });
  return { channel: result.channel ?? place.channel, ts: result.ts ?? '' };
}

/** Only `user` sees it, and only now. */
export async function whisper(
  client: WebClient,
  place: Place,
  user: string,
  message: SlackMessage,
): Promise<void> {
  const thread = place.threadTs ? { thread_ts: place.threadTs } : {};
  const blocks = message.blocks ? { blocks: message.blocks } : {};
  await client.chat.postEphemeral({
    channel: place.channel,
    user,
    text: message.text,
    parse: 'none',
    link_names: false,
    ...thread,
    ...blocks,
  });
}

export async function edit(client: WebClient, posted: Posted, message: SlackMessage): Promise<void> {
  await client.chat.update({
    channel: posted.channel,
    ts: posted.ts,
    text: message.text,
    parse: 'none',
    link_names: false,
    blocks: message.blocks ?? [],
  });
}

/** @throws what the Web API throws; after a refusal nothing was posted and another form may be tried */
export async function postOnce(client: WebClient, store: Store, posting: OncePosting): Promise<Posted> {
  const { key, place } = posting;
  const known = await postedBefore(store, key);
  if (known) return known;
  const mark = `slack:posting:${key}`;
  if (await store.get(mark)) {
    const found = await find(client, posting);
    if (found) {
      await store.set(`slack:posted:${key}`, found, KEEP);
      return found;
    }
  }
  await store.set(mark, true, KEEP);
  try {
    const posted = await post(client, place, posting.message, key);
    await store.set(`slack:posted:${key}`, posted, KEEP);
    return posted;
  } catch (error) {
    if (slackError(error) && !toAnalystError(error).retryable) await store.delete(mark);
    throw error;
  }
}

export function postedBefore(store: Store, key: string): Promise<Posted | null> {
  return store.get<Posted>(`slack:posted:${key}`);
}

/** Null when it is not there, or when the thread may not be read: two answers are better than none. */
async function find(client: WebClient, { key, place, since }: OncePosting): Promise<Posted | null> {
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const options = {
      channel: place.channel,
      include_all_metadata: true,
      oldest: String(Math.floor(since / 1_000) - 60),
      limit: 100,
      ...(cursor ? { cursor } : {}),
    };
    try {
      const result = place.threadTs
        ? await client.conversations.replies({ ...options, ts: place.threadTs })
        : await client.conversations.history(options);
      for (const message of result.messages ?? []) {
        const payload = message.metadata?.event_payload as { key?: unknown } | undefined;
        if (message.metadata?.event_type === MESSAGE_EVENT && payload?.key === key && message.ts) {
          return { channel: place.channel, ts: message.ts };
        }
      }
      cursor = result.response_metadata?.next_cursor || undefined;
    } catch (error) {
      const failure = toAnalystError(error);
      if (failure.retryable) throw failure;
      return null;
    }
    if (!cursor) return null;
  }
  return null;
}
