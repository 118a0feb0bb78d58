/**
 * Questions that are not messages of a person: a command, a shortcut, a clicked suggestion. They get a message
 * of ours first, which shows what was asked; the answer hangs on it.
 */
import type { WebClient } from '@slack/web-api';
import { checkAccess } from '../access.ts';
import type { Outcome } from '../asking.ts';
import type { SlackMessage } from '../blocks/answer.ts';
import { fitEscaped } from '../blocks/text.ts';
import { errorText, WORDS } from '../blocks/words.ts';
import { slackError } from '../client.ts';
import { questionId } from '../destination.ts';
import { errorFields } from '../logger.ts';
import { type Place, type Posted, post } from '../posting.ts';
import type { Parts } from './parts.ts';
import { timeOf } from './payloads.ts';

export interface Typed {
  text: string;
  user: string;
  userTeam?: string;
  team: string;
  installation: string;
  botUserId: string | undefined;
  /** Where it was typed; absent in the Home tab. */
  channel?: string;
  threadTs?: string;
  /** Answered in the direct message of the asker. */
  private: boolean;
  client: WebClient;
  tell(message: SlackMessage): Promise<void>;
}

export async function isExternal(parts: Parts, channel: string | undefined): Promise<boolean> {
  return channel !== undefined && (await parts.store.get(`slack:external:${channel}`)) === true;
}

/** Never rejects for what the person can be told. */
export async function askTyped(parts: Parts, typed: Typed): Promise<Outcome> {
  const { user, team, installation, client } = typed;
  const actor = {
    team,
    user,
    external: await isExternal(parts, typed.channel),
    ...(typed.channel ? { channel: typed.channel } : {}),
    ...(typed.userTeam ? { userTeam: typed.userTeam } : {}),
  };
  try {
    checkAccess(actor, parts.settings.access);
  } catch (error) {
    await typed.tell({ text: errorText(error) });
    return 'denied';
  }
  const direct = typed.private || !typed.channel;
  const place: Place = direct
    ? { channel: user }
    : { channel: typed.channel ?? user, ...(typed.threadTs ? { threadTs: typed.threadTs } : {}) };
  let root: Posted;
  try {
    root = await post(client, place, { text: shown(typed) });
  } catch (error) {
    const away = ['not_in_channel', 'channel_not_found', 'is_archived'].includes(slackError(error) ?? '');
    parts.logger.warn({ user, ...errorFields(error) }, 'a question could not be shown');
    await typed.tell({ text: away ? WORDS.notAMember : WORDS.tryAgain });
    return 'failed';
  }
  const outcome = await parts.asking.ask({
    id: questionId(team, root.channel, root.ts),
    text: typed.text,
    askedAt: timeOf(root.ts),
    to: {
      kind: 'slack',
      installation,
      team,
      channel: root.channel,
      threadTs: place.threadTs ?? root.ts,
      user,
      private: typed.private,
      ...(typed.private && typed.channel && !typed.channel.startsWith('D') ? { shareTo: typed.channel } : {}),
    },
    actor,
    files: [],
    client,
    ...(place.threadTs ? { ts: root.ts } : {}),
    ...(typed.botUserId ? { botUserId: typed.botUserId } : {}),
    tell: typed.tell,
  });
  if (outcome === 'denied' || outcome === 'failed') {
    await client.chat.delete({ channel: root.channel, ts: root.ts }).catch((error: unknown) => {
      parts.logger.debug(errorFields(error), 'a question could not be taken back');
    });
  } else if (typed.private) await typed.tell({ text: WORDS.privately });
  return outcome;
}

function shown(typed: Typed): string {
  const who = typed.private ? 'You asked privately' : `<@${typed.user}> asked`;
  return `${who}: ${fitEscaped(typed.text, 2_000)}`;
}
