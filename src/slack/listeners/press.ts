/** A pressed button, read once: who pressed it, where, and how to tell them something. */
import type { App, Context } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import { checkAccess } from '../access.ts';
import type { SlackMessage } from '../blocks/answer.ts';
import { errorText, WORDS } from '../blocks/words.ts';
import { slackError, toAnalystError } from '../client.ts';
import { errorFields } from '../logger.ts';
import { type Place, post } from '../posting.ts';
import type { Parts } from './parts.ts';
import { pressSchema, teamOf } from './payloads.ts';
import { isExternal } from './typed.ts';

export interface Press {
  value: string;
  /** Unique for one click. */
  id: string;
  triggerId: string;
  user: string;
  userTeam: string | undefined;
  team: string;
  installation: string;
  botUserId: string | undefined;
  /** Absent in the Home tab. */
  place: Place | null;
  client: WebClient;
  tell(message: SlackMessage): Promise<void>;
}

/**
 * Registers a button. The presser is checked as if they asked. `before` runs before Slack gets its ack, for what
 * must not be lost; `after` runs behind it, so that slow work does not look like a dead button.
 */
export function onPress(
  app: App,
  parts: Parts,
  action: string | RegExp,
  work: (press: Press) => Promise<void>,
  when: 'before' | 'after',
): void {
  app.action(action, async ({ body, ack, context, client, respond }) => {
    const press = readPress(body, context, client, respond);
    const name = typeof action === 'string' ? action : action.source;
    parts.metrics.count('slack_actions_total', name);
    const run = () => guarded(parts, press, name, work);
    if (when === 'before') await run();
    else parts.background.start(run);
    await ack();
  });
}

async function guarded(
  parts: Parts,
  press: Press,
  name: string,
  work: (press: Press) => Promise<void>,
): Promise<void> {
  if (!(await parts.records.first(`press:${name}:${press.user}:${press.id}`))) return;
  try {
    const channel = press.place?.channel;
    checkAccess(
      {
        team: press.team,
        user: press.user,
        external: await isExternal(parts, channel),
        ...(channel ? { channel } : {}),
        ...(press.userTeam ? { userTeam: press.userTeam } : {}),
      },
      parts.settings.access,
    );
    await work(press);
  } catch (error) {
    parts.logger.warn(
      { action: name, user: press.user, value: press.value, ...errorFields(error) },
      'a button failed',
    );
    await press.tell({ text: wordsOf(error) }).catch(() => {});
  }
}

/** Slack's own words for "the bot is not there" are no use to a person. */
function wordsOf(error: unknown): string {
  const away = ['not_in_channel', 'channel_not_found', 'is_archived'].includes(slackError(error) ?? '');
  return away ? WORDS.notAMember : errorText(toAnalystError(error));
}

function readPress(body: unknown, context: Context, client: WebClient, respond: unknown): Press {
  const press = pressSchema.parse(body);
  const { team, installation, botUserId } = teamOf(context);
  const channel = press.channel?.id ?? press.container?.channel_id;
  const threadTs =
    press.message?.thread_ts ??
    press.container?.thread_ts ??
    press.message?.ts ??
    press.container?.message_ts;
  const [action] = press.actions;
  return {
    value: action?.value ?? '',
    id: action?.action_ts ?? press.trigger_id,
    triggerId: press.trigger_id,
    user: press.user.id,
    // Within an organisation people of several teams press.
    userTeam: press.enterprise ? undefined : press.user.team_id,
    team,
    installation,
    botUserId,
    place: channel ? { channel, ...(threadTs ? { threadTs } : {}) } : null,
    client,
    async tell(message) {
      if (press.response_url && typeof respond === 'function') {
        // Pressed in a thread, it is said there; otherwise it would stand at the end of the channel.
        const within = press.message?.thread_ts ?? press.container?.thread_ts;
        const thread = within ? { thread_ts: within } : {};
        await respond({ response_type: 'ephemeral', replace_original: false, ...thread, ...message });
      } else await post(client, { channel: press.user.id }, message);
    },
  };
}
