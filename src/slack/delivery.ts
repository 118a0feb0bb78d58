/**
 * Report -> thread, as durable steps: pictures first, then the answer in the best form that Slack takes, then
 * what did not fit, then the clearing up. Called again after a crash it goes on where it was; a person sees one
 * answer, whatever happens in between.
 */
import type { ErrorRecord } from '../agent/errors.ts';
import type { Delivery, Store } from '../agent/ports.ts';
import type { Question } from '../agent/question.ts';
import type { Block, Report } from '../agent/report.ts';
import { sendFiles, uploadPictures } from './answer-files.ts';
import { type AnswerOptions, answer } from './blocks/answer.ts';
import type { Pictures } from './blocks/pieces.ts';
import { plainText } from './blocks/plain-text.ts';
import { changes } from './compare.ts';
import { DeliverySteps, type DeliveryStepsParts } from './delivery-steps.ts';
import { type Destination, destinationOf } from './destination.ts';
import { NO_PICTURES, type PostedAnswer, postAnswer } from './post-answer.ts';
import { postOnce } from './posting.ts';
import type { Receipts } from './receipts.ts';
import type { Records } from './records.ts';

export interface DeliveryParts extends DeliveryStepsParts {
  store: Store;
  records: Records;
  receipts: Receipts;
  picturesInThread: boolean;
  link(runId: string): string | null;
  /** Clears the progress away and lets the next question of the thread run. Throws only what may pass. */
  finish(question: Question, to: Destination, report: Report): Promise<void>;
}

export function createDelivery(parts: DeliveryParts): Delivery {
  return {
    async deliver(question, report, given) {
      const to = destinationOf(question);
      const steps = new DeliverySteps(parts, given, to, report.runId);
      const stopped = (await parts.records.ended(report.runId)) === 'stopped';
      if (!stopped) await send({ ...parts, question, report, to, steps });
      const fields = { run: report.runId, question: question.id, user: to.user, channel: to.channel };
      if (report.error) parts.logger.warn({ ...fields, ...loggable(report.error) }, 'answered with an error');
      else parts.logger.info(fields, 'answered');
      // The answer is there: what cannot be cleared away is logged and left.
      await steps.may('slack:finish', 'slack · finish', async () => {
        await parts.finish(question, to, report);
        return true;
      });
    },
  };
}

/** Only a bug's own text is logged: other errors quote the question or its data. */
function loggable({ code, message }: ErrorRecord) {
  return code === 'internal' ? { code, error: message } : { code };
}

interface Sending extends DeliveryParts {
  question: Question;
  report: Report;
  to: Destination;
  steps: DeliverySteps;
}

type Options = Omit<AnswerOptions, 'form'>;

async function send(sending: Sending): Promise<void> {
  const { question, report, to, steps, store } = sending;
  const pictures = sending.picturesInThread ? NO_PICTURES : await uploadPictures(report, steps, store);
  const since = await whatChanged(sending);
  const options: Options = {
    pictures,
    link: sending.link(report.runId),
    share: to.private && to.shareTo !== undefined,
    ...(since ? { changes: since } : {}),
  };
  const sent = await sendAnswer(sending, options);
  if (!sent) return;
  const shown = sent.pictures ? pictures : NO_PICTURES;
  const { messages, left } = answer(report, { ...options, form: sent.form, pictures: shown });
  for (const [i, message] of messages.entries()) {
    if (i === 0) continue;
    await steps.may(`slack:post:${i}`, 'slack · more of the answer', (client) =>
      postOnce(client, store, { key: `${report.runId}:${i}`, place: to, message, since: question.askedAt }),
    );
  }
  await sendFiles(unseen(report, left, shown), steps, store, to);
}

/** In the report's order: what is in no message, and charts whose picture is in none. */
function unseen(report: Report, left: Block[], shown: Pictures): Block[] {
  return report.blocks.filter(
    (block, i) => left.includes(block) || (block.kind === 'chart' && !shown.has(i)),
  );
}

async function whatChanged({ question, report, receipts, steps }: Sending): Promise<string[] | null> {
  const earlier = question.rerun;
  if (!earlier || report.error) return null;
  return steps.may('slack:compare', 'slack · what changed', async () =>
    changes(await receipts.open(earlier), report),
  );
}

/** The one message that must arrive: in any form, then plain text as a step of its own, then directly. */
async function sendAnswer(sending: Sending, options: Options): Promise<PostedAnswer | null> {
  const { question, report, to, steps, store, metrics } = sending;
  const first = { key: `${report.runId}:0`, place: to, since: question.askedAt };
  try {
    const sent = await steps.must('slack:post', 'slack · post the answer', (client) =>
      postAnswer(client, store, {
        ...first,
        report,
        options,
        refused: (form, error) => steps.warn(`the form ${form} was refused`, error),
      }),
    );
    metrics.count('slack_answers_total', sent.form);
    return sent;
  } catch (error) {
    steps.warn('the answer could not be posted, trying plain text', error);
  }
  const message = { text: plainText(report) };
  const posted = await steps.may('slack:post:plain', 'slack · post as plain text', (client) =>
    postOnce(client, store, { ...first, message }),
  );
  if (posted) return { posted, form: 'plain', pictures: false };
  const direct = await steps.may('slack:post:direct', 'slack · post as a direct message', (client) =>
    postOnce(client, store, {
      ...first,
      message,
      key: `${report.runId}:direct`,
      place: { channel: to.user },
    }),
  );
  metrics.count('slack_answers_total', direct ? 'direct' : 'lost');
  return null;
}
