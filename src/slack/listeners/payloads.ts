/** Slack's payloads as far as they are used, checked where they come in. What Slack adds is ignored. */
import type { Context } from '@slack/bolt';
import { z } from 'zod';
import { mentions } from '../slack-text.ts';

export const fileSchema = z.object({
  id: z.string(),
  name: z.string().nullish(),
  size: z.number().optional(),
  url_private: z.string().optional(),
  url_private_download: z.string().optional(),
});

const innerMessageSchema = z.object({
  ts: z.string(),
  text: z.string().default(''),
  user: z.string().optional(),
  bot_id: z.string().optional(),
  thread_ts: z.string().optional(),
  edited: z.object({ ts: z.string() }).optional(),
  files: z.array(fileSchema).optional(),
});

export const messageSchema = innerMessageSchema.extend({
  type: z.enum(['message', 'app_mention']),
  subtype: z.string().optional(),
  channel: z.string(),
  channel_type: z.string().optional(),
  user_team: z.string().optional(),
  source_team: z.string().optional(),
  message: innerMessageSchema.optional(),
  previous_message: innerMessageSchema.optional(),
  deleted_ts: z.string().optional(),
});
export type SlackMessageEvent = z.infer<typeof messageSchema>;

export const envelopeSchema = z.object({
  event_id: z.string().default(''),
  is_ext_shared_channel: z.boolean().default(false),
  enterprise_id: z.string().nullish(),
});

/** A pressed button, in a message or in the Home tab. */
export const pressSchema = z.object({
  trigger_id: z.string(),
  response_url: z.string().optional(),
  user: z.object({ id: z.string(), team_id: z.string().optional() }),
  team: z.object({ id: z.string() }).nullish(),
  enterprise: z.object({ id: z.string() }).nullish(),
  channel: z.object({ id: z.string() }).optional(),
  message: z.object({ ts: z.string(), thread_ts: z.string().optional() }).optional(),
  container: z
    .object({
      channel_id: z.string().optional(),
      message_ts: z.string().optional(),
      thread_ts: z.string().optional(),
    })
    .optional(),
  actions: z
    .array(
      z.object({ action_id: z.string(), action_ts: z.string().default(''), value: z.string().default('') }),
    )
    .min(1),
});

export const shortcutSchema = z.object({
  trigger_id: z.string(),
  action_ts: z.string(),
  user: z.object({ id: z.string(), team_id: z.string().optional() }),
  channel: z.object({ id: z.string() }),
  message: innerMessageSchema,
});

export const stoppedSchema = z.object({ channel: z.string(), user: z.string(), thread_ts: z.string() });
export const homeSchema = z.object({
  channel: z.string(),
  user: z.string(),
  tab: z.enum(['home', 'messages']).optional(),
});
export const tokensSchema = z.object({ tokens: z.object({ bot: z.array(z.string()).nullish() }) });

/** The team in which the app answers, and whose token it uses for that. */
export function teamOf(context: Context): {
  team: string;
  installation: string;
  botUserId: string | undefined;
} {
  const team = context.teamId ?? context.enterpriseId ?? '';
  const installation = context.isEnterpriseInstall ? (context.enterpriseId ?? team) : team;
  return { team, installation, botUserId: context.botUserId };
}

/** A person's message, as opposed to one of a bot, of ourselves, or a note of Slack's. */
export function isFromPerson(message: SlackMessageEvent, botUserId: string | undefined): boolean {
  const note = message.subtype !== undefined && message.subtype !== 'file_share';
  return !note && !message.bot_id && message.user !== undefined && message.user !== botUserId;
}

/** Meant for us without a doubt. */
export function isDirect(message: SlackMessageEvent, botUserId: string | undefined): boolean {
  return (
    message.type === 'app_mention' || message.channel.startsWith('D') || mentions(message.text, botUserId)
  );
}

/** Slack's `1700000000.000100` as epoch milliseconds. */
export function timeOf(ts: string): number {
  return Math.round(Number(ts) * 1_000);
}
