/** What the buttons of an answer do, and the windows they open. */
import type { App } from '@slack/bolt';
import { z } from 'zod';
import { AnalystError } from '../../agent/errors.ts';
import type { Report } from '../../agent/report.ts';
import { ACTIONS, VIEWS } from '../blocks/actions.ts';
import { feedbackWindow, REASON } from '../blocks/feedback-window.ts';
import { programWindow } from '../blocks/program-window.ts';
import { WORDS } from '../blocks/words.ts';
import { type Destination, questionId } from '../destination.ts';
import type { RunRecord } from '../records.ts';
import type { Parts } from './parts.ts';
import { onPress, type Press } from './press.ts';
import { askTyped } from './typed.ts';

const YEAR = 365 * 86_400_000;
const feedbackSchema = z.object({ runId: z.string(), verdict: z.enum(['good', 'bad']) });

export function listenToButtons(app: App, parts: Parts): void {
  const buttons = new Buttons(parts);
  // A link opens by itself; Slack still wants to hear that it was pressed.
  app.action(ACTIONS.openRun, async ({ ack }) => ack());
  onPress(app, parts, ACTIONS.program, (press) => buttons.program(press), 'after');
  onPress(app, parts, ACTIONS.csv, (press) => buttons.csv(press), 'after');
  onPress(app, parts, ACTIONS.share, (press) => buttons.share(press), 'after');
  onPress(app, parts, ACTIONS.stop, (press) => buttons.stop(press), 'after');
  onPress(
    app,
    parts,
    new RegExp(`^${ACTIONS.feedback}(_good|_bad)?$`),
    (press) => buttons.feedback(press),
    'after',
  );
  onPress(app, parts, ACTIONS.rerun, (press) => buttons.rerun(press), 'before');
  onPress(app, parts, ACTIONS.askEdited, (press) => buttons.askEdited(press), 'before');
  onPress(app, parts, new RegExp(`^${ACTIONS.ask}_\\d+$`), (press) => buttons.ask(press), 'before');
  app.view(VIEWS.feedback, async ({ ack, view, body }) => {
    const { runId, verdict } = feedbackSchema.parse(JSON.parse(view.private_metadata));
    const reason = view.state.values[REASON.block]?.[REASON.input]?.value ?? '';
    await buttons.saveFeedback(runId, body.user.id, verdict, reason);
    await ack();
  });
}

class Buttons {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async program(press: Press): Promise<void> {
    const report = await this.#report(press);
    await press.client.views.open({ trigger_id: press.triggerId, view: programWindow(report) });
  }

  async csv(press: Press): Promise<void> {
    const report = await this.#report(press);
    if (!press.place) return;
    const once = `csv:${report.runId}:${press.place.channel}`;
    if (!(await this.#parts.records.first(once))) return press.tell({ text: WORDS.sent });
    try {
      const sent = await this.#parts.sharing.csv(press.client, report, press.place);
      if (!sent) await press.tell({ text: WORDS.nothingToSend });
    } catch (error) {
      await this.#parts.records.forget(once);
      throw error;
    }
  }

  async share(press: Press): Promise<void> {
    const run = await this.#own(press, 'share');
    const channel = run.to.shareTo;
    if (!channel) return;
    const report = await this.#parts.receipts.open(press.value);
    await this.#parts.sharing.publish(press.client, report, channel);
    await press.tell({ text: `Shared in <#${channel}>.` });
  }

  async stop(press: Press): Promise<void> {
    await this.#own(press, 'stop');
    await this.#parts.stopping.stop(press.value);
  }

  async feedback(press: Press): Promise<void> {
    const [verdict, ...rest] = press.value.split(':');
    const { runId, verdict: checked } = feedbackSchema.parse({ verdict, runId: rest.join(':') });
    await this.saveFeedback(runId, press.user, checked, '');
    await press.client.views.open({ trigger_id: press.triggerId, view: feedbackWindow(runId, checked) });
  }

  async saveFeedback(runId: string, user: string, verdict: 'good' | 'bad', reason: string): Promise<void> {
    const record = { verdict, reason, user, at: Date.now() };
    await this.#parts.store.set(`slack:feedback:${runId}:${user}`, record, { ttlMs: YEAR });
    this.#parts.logger.info({ run: runId, user, verdict }, 'feedback');
  }

  async rerun(press: Press): Promise<void> {
    const report = await this.#report(press);
    const run = await this.#parts.records.run(report.runId);
    if (!report.program || !press.place)
      throw new AnalystError('no_data', 'This answer has no program to run.');
    const threadTs = press.place.threadTs ?? '';
    const to: Destination = run
      ? { ...run.to, user: press.user }
      : { ...this.#to(press), channel: press.place.channel, threadTs };
    const outcome = await this.#parts.asking.ask({
      id: questionId(press.team, press.place.channel, `${press.id}:rerun:${report.runId}`),
      text: report.question,
      askedAt: Date.now(),
      to,
      actor: { team: press.team, user: press.user, channel: press.place.channel, external: false },
      files: [],
      client: press.client,
      rerun: { runId: report.runId, program: report.program, tables: run?.question.tables ?? [] },
      tell: press.tell,
    });
    if (outcome === 'started') await press.tell({ text: WORDS.rerun });
  }

  async askEdited(press: Press): Promise<void> {
    const edited = await this.#parts.store.get<{ text: string; version: string }>(
      `slack:edited:${press.value}`,
    );
    const channel = press.place?.channel;
    if (!edited || !channel) return press.tell({ text: WORDS.gone });
    const ts = press.value.split(':').at(-1) ?? '';
    await this.#parts.asking.ask({
      id: `${press.value}:edited:${edited.version}`,
      text: edited.text,
      askedAt: Date.now(),
      to: { ...this.#to(press), channel, threadTs: press.place?.threadTs ?? ts },
      actor: { team: press.team, user: press.user, channel, external: false },
      files: [],
      client: press.client,
      tell: press.tell,
    });
  }

  async ask(press: Press): Promise<void> {
    await askTyped(this.#parts, {
      text: press.value,
      user: press.user,
      team: press.team,
      installation: press.installation,
      botUserId: press.botUserId,
      private: false,
      client: press.client,
      tell: press.tell,
      ...(press.userTeam ? { userTeam: press.userTeam } : {}),
      ...press.place,
    });
  }

  #to(press: Press) {
    return {
      kind: 'slack' as const,
      installation: press.installation,
      team: press.team,
      user: press.user,
      private: false,
    };
  }

  /** A private answer opens for its asker alone. */
  async #report(press: Press): Promise<Report> {
    const run = await this.#parts.records.run(press.value);
    const shared = run && press.place?.channel === run.to.shareTo;
    if (run?.to.private && run.to.user !== press.user && !shared) {
      throw new AnalystError('refused', 'This answer is private to the person who asked.');
    }
    return this.#parts.receipts.open(press.value);
  }

  async #own(press: Press, what: string): Promise<RunRecord> {
    const run = await this.#parts.records.run(press.value);
    if (!run) throw new AnalystError('not_found', WORDS.gone);
    if (run.to.user === press.user) return run;
    throw new AnalystError('refused', `Only the person who asked can ${what} this.`);
  }
}
