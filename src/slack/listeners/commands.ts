/** `/ask …`, `/ask --private …`, `/ask help`; and the message shortcut "Analyse this". */
import type { App } from '@slack/bolt';
import type { SlackMessage } from '../blocks/answer.ts';
import { helpMessage } from '../blocks/help.ts';
import { WORDS } from '../blocks/words.ts';
import { questionId } from '../destination.ts';
import { SHORTCUT } from '../scopes.ts';
import { questionText } from '../slack-text.ts';
import type { Parts } from './parts.ts';
import { shortcutSchema, teamOf, timeOf } from './payloads.ts';
import { askTyped, isExternal } from './typed.ts';

/** Some keyboards make one long dash of two short ones. */
const PRIVATE = /(^|\s)(--|—|–)private\b/;

export function listenToCommands(app: App, parts: Parts): void {
  app.command(parts.settings.command, async ({ command, ack, context, client }) => {
    parts.metrics.count('slack_events_total', 'command');
    const { team, installation, botUserId } = teamOf(context);
    const text = questionText(command.text ?? '', botUserId);
    const question = text.replace(PRIVATE, ' ').trim();
    let said: SlackMessage | null = null;
    if (question === '' || question.toLowerCase() === 'help') said = helpMessage(parts.settings.suggestions);
    else {
      await askTyped(parts, {
        text: question,
        user: command.user_id,
        team,
        installation,
        botUserId,
        channel: command.channel_id,
        private: PRIVATE.test(text),
        client,
        tell: async (message) => {
          said = message;
        },
      });
    }
    // Only now: an ack says that the question is safe.
    await ack(said === null ? undefined : { response_type: 'ephemeral', ...(said as SlackMessage) });
  });
}

export function listenToShortcuts(app: App, parts: Parts): void {
  app.shortcut(
    { callback_id: SHORTCUT, type: 'message_action' },
    async ({ body, ack, context, client, respond }) => {
      parts.metrics.count('slack_events_total', 'shortcut');
      const { team, installation, botUserId } = teamOf(context);
      const { channel, message, user, action_ts: pressed } = shortcutSchema.parse(body);
      const tell = async (said: SlackMessage) => {
        await respond({ response_type: 'ephemeral', replace_original: false, ...said });
      };
      const text = questionText(message.text, botUserId);
      if (text === '' && !message.files?.length) await tell({ text: WORDS.emptyMessage });
      else {
        const external = await isExternal(parts, channel.id);
        await parts.asking.ask({
          id: questionId(team, channel.id, `${message.ts}:${pressed}`),
          text: `Analyse this message:\n${text}`,
          askedAt: timeOf(pressed),
          to: {
            kind: 'slack',
            installation,
            team,
            channel: channel.id,
            threadTs: message.thread_ts ?? message.ts,
            user: user.id,
            private: false,
          },
          actor: {
            team,
            user: user.id,
            channel: channel.id,
            external,
            ...(user.team_id ? { userTeam: user.team_id } : {}),
          },
          files: message.files ?? [],
          client,
          tell,
        });
      }
      await ack();
    },
  );
}
