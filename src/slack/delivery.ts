/**
 * Report -> thread, as durable steps: pictures first, then the answer in the best form that Slack takes, then
 * what did not fit, then the clearing up. Called again after a crash it goes on where it was; a person sees one
 * answer, whatever happens in between.
 */
import type { WebClient } from '@slack/web-api';
import type { Delivery, Steps, Store } from '../agent/ports.ts';
import type { Question } from '../agent/question.ts';
import type { Block, Chart, Report } from '../agent/report.ts';
import { type Answer, answer, type Form } from './blocks/answer.ts';
import { csvFiles } from './blocks/csv.ts';
import type { Pictures } from './blocks/pieces.ts';
import { plainText } from './blocks/plain-text.ts';
import { type Clients, slackError, toAnalystError } from './client.ts';
import { changes } from './compare.ts';
import { type Destination, destinationOf } from './destination.ts';
import { errorFields, type Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { type Posted, postOnce } from './posting.ts';
import type { Receipts } from './receipts.ts';
import type { Records } from './records.ts';
import { completePicture, sendBytes, shareFiles, type Upload, waitUntilReady } from './upload.ts';

export interface DeliveryParts {
  clients: Clients;
  store: Store;
  records: Records;
  receipts: Receipts;
  logger: Logger;
  metrics: Metrics;
  picturesInThread: boolean;
  link(runId: string): string | null;
  /** Clears the progress away and lets the next question of the thread run. Throws only what may pass. */
  finish(question: Question, to: Destination, report: Report): Promise<void>;
}

interface Sent {
  posted: Posted | null;
  form: Form;
  pictures: boolean;
}

export function createDelivery(parts: DeliveryParts): Delivery {
  return {
    async deliver(question, report, steps) {
      const to = destinationOf(question);
      const stopped = (await parts.records.ended(report.runId)) === 'stopped';
      if (!stopped) await new Sending(parts, question, report, to, steps).send();
      await finish(parts, question, to, report, steps);
    },
  };
}

/** The answer is there: what cannot be cleared away is logged and left. */
async function finish(
  parts: DeliveryParts,
  question: Question,
  to: Destination,
  report: Report,
  steps: Steps,
): Promise<void> {
  try {
    await steps.run('slack:finish', 'slack · finish', async () => {
      await parts.finish(question, to, report);
      return true;
    });
  } catch (error) {
    parts.logger.warn({ run: report.runId, ...errorFields(error) }, 'a run could not be cleared up');
  }
}

class Sending {
  readonly #parts: DeliveryParts;
  readonly #question: Question;
  readonly #report: Report;
  readonly #to: Destination;
  readonly #steps: Steps;

  constructor(parts: DeliveryParts, question: Question, report: Report, to: Destination, steps: Steps) {
    this.#parts = parts;
    this.#question = question;
    this.#report = report;
    this.#to = to;
    this.#steps = steps;
  }

  async send(): Promise<void> {
    const pictures = this.#parts.picturesInThread ? new Map<number, string>() : await this.#pictures();
    const since = await this.#changes();
    const sent = await this.#answer(pictures, since);
    if (!sent.posted) return;
    const shown = sent.pictures ? pictures : new Map<number, string>();
    const { messages, left } = this.#render(sent.form, shown, since);
    for (const [i, message] of messages.entries()) {
      if (i === 0) continue;
      await this.#try(`slack:post:${i}`, 'slack · more of the answer', (client) =>
        postOnce(client, this.#parts.store, {
          key: `${this.#report.runId}:${i}`,
          place: this.#to,
          message,
          since: this.#question.askedAt,
        }),
      );
    }
    await this.#files(left, shown);
  }

  /** A step that may fail for good: the answer goes on without it. */
  async #try<T>(id: string, name: string, work: (client: WebClient) => Promise<T>): Promise<T | null> {
    try {
      return await this.#step(id, name, work);
    } catch (error) {
      this.#warn(`${name} failed`, error);
      return null;
    }
  }

  #step<T>(id: string, name: string, work: (client: WebClient) => Promise<T>): Promise<T> {
    return this.#steps.run(id, name, async () => {
      try {
        return await work(await this.#parts.clients.of(this.#to.installation));
      } catch (error) {
        const failure = toAnalystError(error);
        this.#parts.metrics.count('slack_api_errors_total', slackError(error) ?? failure.code);
        throw failure;
      }
    });
  }

  async #pictures(): Promise<Pictures> {
    const charts = this.#report.blocks.flatMap((block, i) =>
      block.kind === 'chart' && block.image ? [{ block, i }] : [],
    );
    const ids = await Promise.all(
      charts.map(async ({ block, i }) => {
        const id = await this.#try(`slack:picture:${i}`, `slack · picture ${i + 1}`, async (client) => {
          const upload = await this.#picture(block);
          if (!upload) return null;
          const file = await sendBytes(client, upload);
          await completePicture(client, file, upload.title);
          return file;
        });
        if (!id) return null;
        const ready = await this.#try(
          `slack:picture:${i}:ready`,
          `slack · picture ${i + 1} ready`,
          async (client) => {
            await waitUntilReady(client, id);
            return true;
          },
        );
        return ready ? ([i, id] as const) : null;
      }),
    );
    return new Map(ids.filter((pair) => pair !== null));
  }

  async #picture(chart: Chart): Promise<Upload | null> {
    const bytes = chart.image ? await this.#parts.store.getBytes(chart.image.key) : null;
    return bytes
      ? { filename: 'chart.png', title: chart.title || 'Chart', bytes, alt: chart.alt.slice(0, 1_000) }
      : null;
  }

  async #changes(): Promise<string[] | undefined> {
    const earlier = this.#question.rerun;
    if (!earlier || this.#report.error) return undefined;
    const lines = await this.#try('slack:compare', 'slack · what changed', async () => {
      const before = await this.#parts.receipts.open(earlier);
      return changes(before, this.#report);
    });
    return lines ?? undefined;
  }

  #render(form: Form, pictures: Pictures, since: string[] | undefined): Answer {
    return answer(this.#report, {
      form,
      pictures,
      link: this.#parts.link(this.#report.runId),
      share: this.#to.private && this.#to.shareTo !== undefined,
      ...(since ? { changes: since } : {}),
    });
  }

  /** The one message that must arrive: simpler forms, then a step of its own for plain text, then a direct message. */
  async #answer(pictures: Pictures, since: string[] | undefined): Promise<Sent> {
    try {
      return await this.#step('slack:post', 'slack · post the answer', (client) =>
        this.#best(client, pictures, since),
      );
    } catch (error) {
      this.#warn('the answer could not be posted, trying plain text', error);
    }
    const nowhere: Sent = { posted: null, form: 'plain', pictures: false };
    const message = { text: plainText(this.#report) };
    const plain = await this.#try('slack:post:plain', 'slack · post as plain text', (client) =>
      postOnce(client, this.#parts.store, this.#first(message)),
    );
    if (plain) return { ...nowhere, posted: plain };
    const direct = await this.#try('slack:post:direct', 'slack · post as a direct message', (client) =>
      postOnce(client, this.#parts.store, {
        ...this.#first(message),
        key: `${this.#report.runId}:direct`,
        place: { channel: this.#to.user },
      }),
    );
    this.#parts.metrics.count('slack_answers_total', direct ? 'direct' : 'lost');
    if (!direct) {
      const { runId: run } = this.#report;
      this.#parts.logger.error(
        { run, user: this.#to.user, channel: this.#to.channel },
        'the answer could not be delivered',
      );
    }
    return nowhere;
  }

  async #best(client: WebClient, pictures: Pictures, since: string[] | undefined): Promise<Sent> {
    const tries: { form: Form; pictures: Pictures }[] = [
      { form: 'full', pictures },
      ...(pictures.size > 0 ? [{ form: 'full' as const, pictures: new Map<number, string>() }] : []),
      { form: 'simple', pictures: new Map() },
      { form: 'plain', pictures: new Map() },
    ];
    let failure: unknown;
    for (const attempt of tries) {
      const [message] = this.#render(attempt.form, attempt.pictures, since).messages;
      if (!message) continue;
      try {
        const posted = await postOnce(client, this.#parts.store, this.#first(message));
        this.#parts.metrics.count('slack_answers_total', attempt.form);
        return { posted, form: attempt.form, pictures: attempt.pictures.size > 0 };
      } catch (error) {
        if (toAnalystError(error).retryable || UNREACHABLE.has(slackError(error) ?? '')) throw error;
        this.#warn(`the form ${attempt.form} was refused`, error);
        failure = error;
      }
    }
    throw failure;
  }

  #first(message: { text: string }) {
    return {
      key: `${this.#report.runId}:0`,
      place: this.#to,
      message,
      since: this.#question.askedAt,
    };
  }

  /** What no message shows: tables as CSV, charts as PNG, together in one message of the thread. */
  async #files(left: Block[], shown: Pictures): Promise<void> {
    const unseen = this.#report.blocks.filter(
      (block, i): block is Chart => block.kind === 'chart' && block.image !== undefined && !shown.has(i),
    );
    const pictures = left.filter((block) => block.kind === 'chart' && !unseen.includes(block));
    const uploads: (() => Promise<Upload | null>)[] = [
      ...[...unseen, ...(pictures as Chart[])].map((chart) => () => this.#picture(chart)),
      ...csvFiles({ blocks: left.filter((block) => block.kind !== 'chart') }).map((file) => async () => ({
        filename: file.filename,
        title: file.title,
        bytes: new TextEncoder().encode(file.content),
      })),
    ];
    const files = await Promise.all(
      uploads.map((make, i) =>
        this.#try(`slack:file:${i}`, `slack · file ${i + 1}`, async (client) => {
          const upload = await make();
          return upload ? { id: await sendBytes(client, upload), title: upload.title } : null;
        }),
      ),
    );
    const sent = files.filter((file) => file !== null);
    if (sent.length === 0) return;
    await this.#try('slack:files', 'slack · share the files', async (client) => {
      await shareFiles(client, sent, this.#to);
      return true;
    });
  }

  #warn(what: string, error: unknown): void {
    const fields = { run: this.#report.runId, user: this.#to.user, channel: this.#to.channel };
    this.#parts.logger.warn({ ...fields, ...errorFields(error) }, what);
  }
}

/** No form helps against these. */
const UNREACHABLE = new Set([
  'thread_not_found',
  'channel_not_found',
  'not_in_channel',
  'is_archived',
  'no_permission',
  'restricted_action',
]);
