/** One answer, in the best form that Slack takes: all of it, without its pictures, in old blocks, as plain text. */
import type { WebClient } from '@slack/web-api';
import type { Store } from '../agent/ports.ts';
import type { Report } from '../agent/report.ts';
import { type AnswerOptions, answer, type Form } from './blocks/answer.ts';
import type { Pictures } from './blocks/pieces.ts';
import { slackError, toAnalystError } from './client.ts';
import { type Place, type Posted, postOnce } from './posting.ts';

export interface AnswerPosting {
  report: Report;
  options: Omit<AnswerOptions, 'form'>;
  key: string;
  place: Place;
  /** Not posted before this, epoch milliseconds. */
  since: number;
  /** Hears of each form that Slack refused. */
  refused(form: Form, error: unknown): void;
}

export interface PostedAnswer {
  posted: Posted;
  form: Form;
  /** Whether the pictures are in it. */
  pictures: boolean;
}

export const NO_PICTURES: Pictures = new Map();

/** @throws what the Web API throws: at once when trying again later may help or no form would, else for plain text */
export async function postAnswer(
  client: WebClient,
  store: Store,
  posting: AnswerPosting,
): Promise<PostedAnswer> {
  const { report, options, key, place, since } = posting;
  const tries: { form: Form; pictures: Pictures }[] = [
    ...(options.pictures.size > 0 ? [{ form: 'full' as const, pictures: options.pictures }] : []),
    { form: 'full', pictures: NO_PICTURES },
    { form: 'simple', pictures: NO_PICTURES },
    { form: 'plain', pictures: NO_PICTURES },
  ];
  let failure: unknown;
  for (const { form, pictures } of tries) {
    const [message] = answer(report, { ...options, form, pictures }).messages;
    if (!message) continue;
    try {
      const posted = await postOnce(client, store, { key, place, message, since });
      return { posted, form, pictures: pictures.size > 0 };
    } catch (error) {
      if (toAnalystError(error).retryable || UNREACHABLE.has(slackError(error) ?? '')) throw error;
      posting.refused(form, error);
      failure = error;
    }
  }
  throw failure;
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
