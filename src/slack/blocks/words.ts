/** What people read when something cannot be done: plain words and what to do, no codes. */
import { type ErrorRecord, toErrorRecord } from '../../agent/errors.ts';
import { fitEscaped } from './text.ts';

/** Escaped text of at most 1,000 characters. A bug of ours does not show its text. */
export function errorText(error: unknown, reference?: string): string {
  const record = toErrorRecord(error);
  const said = reference ? ` Reference: ${reference}.` : '';
  return `${fitEscaped(sentence(record), 900)}${said}`;
}

function sentence(record: ErrorRecord): string {
  if (record.code === 'internal') return 'Something went wrong on my side. Please try again.';
  return record.hint ? `${record.message} ${record.hint}` : record.message;
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
