/** What people read when something cannot be done: plain words and what to do, no codes. */
import { type ErrorRecord, toErrorRecord } from '../../agent/errors.ts';
import { fitEscaped } from './text.ts';

/** Plain words, not escaped. A bug of ours does not show its text, only how to find it in the log. */
export function describeError(record: ErrorRecord, reference?: string): string {
  if (record.code === 'internal') {
    const said = reference ? ` Whoever runs me finds the details under ${reference}.` : '';
    return `Something went wrong on my side. Please try again.${said}`;
  }
  return record.hint ? `${record.message} ${record.hint}` : record.message;
}

/** Escaped text of at most 1,000 characters. */
export function errorText(error: unknown): string {
  return fitEscaped(describeError(toErrorRecord(error)), 1_000);
}

export const WORDS = {
  notStartedYet: 'I could not start yet: the workers cannot be reached. I am trying again for a few minutes.',
  notStarted: 'I could not start: the workers could not be reached. Please ask again in a while.',
  tryAgain: 'I could not start: the workers cannot be reached. Please try again in a minute.',
  privately: 'I answer this one in our direct messages, where only you can see it.',
  gone: 'I no longer have this answer. Please ask again.',
  edited: 'You changed the question. Shall I answer it as it stands now?',
  sent: 'The full data is in the thread.',
  nothingToSend: 'This answer has no table or chart to send.',
  thanks: 'Thank you, that helps.',
  waiting: 'One question at a time in a thread: this one is next.',
  emptyMessage: 'This message has no text to analyse.',
  notAMember: 'I am not in this channel. Invite me first (/invite), or ask me in a direct message.',
  rerun: 'Running the same program on fresh data.',
  pictures: 'The pictures are in the thread.',
} as const;
