/**
 * What a run does, shown while it does it: Slack's native status and one message with a plan, streamed where
 * Slack allows it, edited where it does not. Best effort throughout: nothing here may fail or delay a run. The
 * message is removed when the answer is there.
 */
import type { WebClient } from '@slack/web-api';
import { AnalystError } from '../agent/errors.ts';
import type { Progress, ProgressEvent } from '../agent/ports.ts';
import { chunks, Plan, planMessage, stopBlock } from './blocks/plan.ts';
import { type Clients, slackError, toAnalystError } from './client.ts';
import type { Destination } from './destination.ts';
import { errorFields, type Logger } from './logger.ts';
import { edit, post } from './posting.ts';
import type { ProgressRecord, Records } from './records.ts';

/** Time between two updates of one message: Slack allows about fifty edits a minute. */
const EVERY_MS = { stream: 700, message: 1_300 } as const;
const LOADING = ['Reading the question…', 'Writing a program…', 'Fetching data…', 'Computing…'];

/** It still streams: the stream could not be stopped just now. */
const STREAMING = new Set(['streaming_state_conflict', 'cant_delete_message']);

interface Live {
  plan: Plan;
  to: Destination | null;
  record: ProgressRecord | null;
  changed: Set<string>;
  titleChanged: boolean;
  /** Updates go out one after the other. */
  tail: Promise<void>;
  timer: NodeJS.Timeout | null;
  notBefore: number;
  closed: boolean;
}

export interface ProgressMessages extends Progress {
  /** Shows that a run has started. */
  begin(runId: string, to: Destination): Promise<void>;
  /** Titles of the tasks that have ended so far, wherever they ran. */
  finished(runId: string): Promise<string[]>;
  /** Takes the message away. Throws AnalystError where trying again may help. */
  end(runId: string, to: Destination): Promise<void>;
}

export function createProgress(clients: Clients, records: Records, logger: Logger): ProgressMessages {
  return new Publisher(clients, records, logger);
}

class Publisher implements ProgressMessages {
  readonly #clients: Clients;
  readonly #records: Records;
  readonly #logger: Logger;
  readonly #live = new Map<string, Live>();

  constructor(clients: Clients, records: Records, logger: Logger) {
    this.#clients = clients;
    this.#records = records;
    this.#logger = logger;
  }

  emit(runId: string, event: ProgressEvent): void {
    const live = this.#of(runId);
    if (live.closed) return;
    const id = live.plan.apply(event);
    if (id === null) live.titleChanged = true;
    else live.changed.add(id);
    this.#schedule(runId, live);
  }

  begin(runId: string, to: Destination): Promise<void> {
    const live = this.#of(runId);
    live.to = to;
    return this.#enqueue(runId, live, async () => {
      live.record = await this.#records.progress(runId);
      if (live.record || live.closed || (await this.#records.ended(runId))) return;
      const client = await this.#clients.of(to.installation);
      const status = this.#status(client, to);
      await this.#records.saveProgress(runId, { channel: to.channel, ts: '', kind: 'stream' });
      live.record = await this.#open(client, runId, live, to);
      await this.#records.saveProgress(runId, live.record);
      await status;
      // It may have ended elsewhere meanwhile, without knowing of this message.
      if (await this.#records.ended(runId)) await this.#clear(client, runId, to);
    });
  }

  async finished(runId: string): Promise<string[]> {
    const here = this.#live.get(runId)?.plan.finished.map((task) => task.title) ?? [];
    return here.length > 0 ? here : ((await this.#records.progress(runId))?.finished ?? []);
  }

  async end(runId: string, to: Destination): Promise<void> {
    const live = this.#of(runId);
    live.closed = true;
    if (live.timer) clearTimeout(live.timer);
    await live.tail;
    const client = await this.#clients.of(to.installation);
    await this.#clear(client, runId, to);
    this.#live.delete(runId);
    await this.#quietly(() =>
      client.assistant.threads.setStatus({ channel_id: to.channel, thread_ts: to.threadTs, status: '' }),
    );
    await this.#session(client, to, 'active');
  }

  #of(runId: string): Live {
    const known = this.#live.get(runId);
    if (known) return known;
    const live: Live = {
      plan: new Plan(),
      to: null,
      record: null,
      changed: new Set(),
      titleChanged: true,
      tail: Promise.resolve(),
      timer: null,
      notBefore: 0,
      closed: false,
    };
    this.#live.set(runId, live);
    return live;
  }

  #schedule(runId: string, live: Live): void {
    if (live.timer || live.closed) return;
    const pause = Math.max(EVERY_MS[live.record?.kind ?? 'stream'], live.notBefore - Date.now());
    live.timer = setTimeout(() => {
      live.timer = null;
      void this.#enqueue(runId, live, () => this.#flush(runId, live));
    }, pause);
    live.timer.unref();
  }

  #enqueue(runId: string, live: Live, task: () => Promise<void>): Promise<void> {
    live.tail = live.tail.then(task).catch((error: unknown) => {
      const failure = toAnalystError(error);
      if (failure.retryAfterMs) live.notBefore = Date.now() + failure.retryAfterMs;
      this.#logger.debug({ run: runId, ...errorFields(error) }, 'progress could not be shown');
    });
    return live.tail;
  }

  async #flush(runId: string, live: Live): Promise<void> {
    if (live.closed || (live.changed.size === 0 && !live.titleChanged)) return;
    // Another process may have begun: it knows the place, and it alone opens a message.
    live.record ??= await this.#records.progress(runId);
    live.to ??= (await this.#records.run(runId))?.to ?? null;
    if (!live.record?.ts || !live.to) return;
    const client = await this.#clients.of(live.to.installation);
    const changed = [...live.changed];
    const title = live.titleChanged;
    live.changed.clear();
    live.titleChanged = false;
    try {
      await this.#update(client, runId, live, live.record, changed, title);
    } catch (error) {
      for (const id of changed) live.changed.add(id);
      live.titleChanged ||= title;
      throw error;
    }
    live.record.finished = live.plan.finished.map((task) => task.title);
    if (!(await this.#records.ended(runId))) await this.#records.saveProgress(runId, live.record);
  }

  async #update(
    client: WebClient,
    runId: string,
    live: Live,
    record: ProgressRecord,
    changed: string[],
    title: boolean,
  ): Promise<void> {
    if (record.kind === 'stream') {
      try {
        const list = chunks(live.plan, changed, title);
        await client.chat.appendStream({ channel: record.channel, ts: record.ts, chunks: list });
        return;
      } catch (error) {
        if (toAnalystError(error).retryable) throw error;
        // Expired or refused: from here on the message is edited.
        await this.#quietly(() => client.chat.stopStream({ channel: record.channel, ts: record.ts }));
        record.kind = 'message';
        if (live.closed || !(await this.#records.progress(runId))) return;
        await this.#records.saveProgress(runId, record);
      }
    }
    await edit(client, record, planMessage(live.plan, runId));
  }

  async #open(client: WebClient, runId: string, live: Live, to: Destination): Promise<ProgressRecord> {
    live.titleChanged = false;
    live.changed.clear();
    try {
      const stream = await client.chat.startStream({
        channel: to.channel,
        thread_ts: to.threadTs,
        recipient_user_id: to.user,
        recipient_team_id: to.team,
        task_display_mode: 'plan',
        chunks: [
          ...chunks(live.plan, live.plan.tasks.keys(), true),
          { type: 'blocks', blocks: [stopBlock(runId)] },
        ],
      });
      if (stream.ts) return { channel: to.channel, ts: stream.ts, kind: 'stream' };
    } catch (error) {
      // A call that may have worked is not followed by a second message.
      const refused = slackError(error) !== null || toAnalystError(error).code === 'rate_limited';
      if (!refused) throw error;
    }
    const { ts } = await post(client, to, planMessage(live.plan, runId));
    return { channel: to.channel, ts, kind: 'message' };
  }

  async #clear(client: WebClient, runId: string, to: Destination): Promise<void> {
    const record = await this.#records.progress(runId);
    if (!record) return;
    record.ts ||= await this.#locate(client, runId, to);
    const { channel, ts } = record;
    if (!ts) return this.#records.saveProgress(runId, null);
    if (record.kind === 'stream') await this.#quietly(() => client.chat.stopStream({ channel, ts }));
    try {
      await client.chat.delete({ channel, ts });
    } catch (error) {
      const failure = toAnalystError(error);
      if (failure.retryable || STREAMING.has(slackError(error) ?? '')) {
        throw new AnalystError('unavailable', failure.message, { retryable: true, cause: error });
      }
      if (slackError(error) !== 'message_not_found') {
        await this.#quietly(() => edit(client, record, { text: 'Done.' }));
      }
    }
    await this.#records.saveProgress(runId, null);
  }

  /** A message that Slack opened without our hearing of it: the one with the button that stops this run. */
  async #locate(client: WebClient, runId: string, to: Destination): Promise<string> {
    try {
      const result = await client.conversations.replies({ channel: to.channel, ts: to.threadTs, limit: 100 });
      const ours = (result.messages ?? []).find((message) => stops(message.blocks, runId));
      return ours?.ts ?? '';
    } catch (error) {
      const failure = toAnalystError(error);
      if (failure.retryable) throw failure;
      return '';
    }
  }

  async #status(client: WebClient, to: Destination): Promise<void> {
    await this.#quietly(() =>
      client.assistant.threads.setStatus({
        channel_id: to.channel,
        thread_ts: to.threadTs,
        status: 'is working on it…',
        loading_messages: LOADING,
      }),
    );
    await this.#session(client, to, 'processing');
  }

  /** Shows Slack's own stop button while it is `processing`. */
  async #session(client: WebClient, to: Destination, status: 'processing' | 'active'): Promise<void> {
    await this.#quietly(() =>
      client.agents.sessions.setStatus({
        channel_id: to.channel,
        thread_ts: to.threadTs,
        status,
        initiator_user_id: to.user,
      }),
    );
  }

  async #quietly(call: () => Promise<unknown>): Promise<boolean> {
    try {
      await call();
      return true;
    } catch (error) {
      this.#logger.debug(errorFields(error), 'progress could not be shown');
      return false;
    }
  }
}

/** Whether there is a stop button of this run in it. */
function stops(blocks: unknown, runId: string): boolean {
  const text = JSON.stringify(blocks ?? []);
  const [stop] = stopBlock(runId).elements;
  return text.includes(JSON.stringify(stop?.action_id)) && text.includes(JSON.stringify(stop?.value));
}
