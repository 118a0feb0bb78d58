/** Where an answer goes, as the question carries it through the engine (`replyTo`). */
import { z } from 'zod';
import { AnalystError } from '../agent/errors.ts';
import type { Question } from '../agent/question.ts';

const destinationSchema = z.object({
  kind: z.literal('slack'),
  /** The team, or the organisation, whose token answers. */
  installation: z.string(),
  team: z.string(),
  channel: z.string(),
  /** The message that the thread hangs on. */
  threadTs: z.string(),
  user: z.string(),
  /** Only the asker sees it; may be shared to this channel. */
  shareTo: z.string().optional(),
  private: z.boolean().default(false),
});
export type Destination = z.infer<typeof destinationSchema>;

/** @throws AnalystError bad_input for a question that did not come from Slack */
export function destinationOf(question: Question): Destination {
  const parsed = destinationSchema.safeParse(question.replyTo);
  if (parsed.success) return parsed.data;
  throw new AnalystError('bad_input', 'This question says nowhere in Slack to answer.');
}

export function threadKey(team: string, channel: string, threadTs: string): string {
  return `${team}:${channel}:${threadTs}`;
}

export function threadOf(to: Destination): string {
  return threadKey(to.team, to.channel, to.threadTs);
}

export function questionId(team: string, channel: string, ts: string): string {
  return `${team}:${channel}:${ts}`;
}
