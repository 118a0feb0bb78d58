/** The Home tab, the suggestions of the agent view, Slack's own stop button, and the end of an installation. */
import type { App } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import { homeView } from '../blocks/home.ts';
import { BLOCK_LIMITS } from '../blocks/limits.ts';
import { fit } from '../blocks/text.ts';
import { threadKey } from '../destination.ts';
import { postedBefore } from '../posting.ts';
import type { Parts } from './parts.ts';
import { homeSchema, stoppedSchema, teamOf, tokensSchema } from './payloads.ts';

/** Questions of mine that Home lists. */
const QUESTIONS = 5;

export function listenToHome(app: App, parts: Parts): void {
  app.event('app_home_opened', async ({ event, context, client }) => {
    const { channel, user, tab } = homeSchema.parse(event);
    const { team } = teamOf(context);
    parts.metrics.count('slack_events_total', 'app_home_opened');
    parts.background.start(() =>
      tab === 'messages' ? suggest(parts, client, channel) : showHome(parts, client, team, user),
    );
  });

  app.event('agent_session_stopped', async ({ event, context }) => {
    const { channel, user, thread_ts: ts } = stoppedSchema.parse(event);
    parts.metrics.count('slack_events_total', 'agent_session_stopped');
    const runId = await parts.stopping.runOf(threadKey(teamOf(context).team, channel, ts));
    const run = runId ? await parts.records.run(runId) : null;
    if (runId && run?.to.user === user) await parts.stopping.stop(runId);
  });

  const removed = async (team: string, installation: string) => {
    await parts.installations?.remove(installation);
    await parts.stopping.stopTeam(team);
    parts.logger.info({ team }, 'the app was removed from a workspace');
  };
  app.event('app_uninstalled', async ({ context }) => {
    const { team, installation } = teamOf(context);
    await removed(team, installation);
  });
  app.event('tokens_revoked', async ({ event, context }) => {
    const { team, installation } = teamOf(context);
    if (tokensSchema.parse(event).tokens.bot?.length) await removed(team, installation);
  });
}

async function suggest(parts: Parts, client: WebClient, channel: string): Promise<void> {
  const prompts = parts.settings.suggestions
    .slice(0, BLOCK_LIMITS.suggestedPrompts)
    .map((message) => ({ title: fit(message, BLOCK_LIMITS.buttonText), message }));
  const [first, ...rest] = prompts;
  if (!first) return;
  await client.assistant.threads.setSuggestedPrompts({ channel_id: channel, prompts: [first, ...rest] });
}

async function showHome(parts: Parts, client: WebClient, team: string, user: string): Promise<void> {
  const [capabilities, listed, usage] = await Promise.all([
    parts.capabilities(),
    parts.receipts.list(user, QUESTIONS),
    parts.usage.of(team, user, Date.now()),
  ]);
  const questions = await Promise.all(
    listed.map(async ({ runId, question, askedAt, failed }) => ({
      text: question,
      at: askedAt,
      failed,
      link: await permalink(parts, client, runId),
    })),
  );
  const view = homeView({ capabilities, suggestions: parts.settings.suggestions, questions, usage });
  await client.views.publish({ user_id: user, view });
}

async function permalink(parts: Parts, client: WebClient, runId: string): Promise<string | null> {
  const posted = await postedBefore(parts.store, `${runId}:0`);
  if (!posted) return null;
  const result = await client.chat
    .getPermalink({ channel: posted.channel, message_ts: posted.ts })
    .catch(() => null);
  return result?.permalink ?? null;
}
