/**
 * A run as it happens: a list of tasks with their state, in the two forms Slack shows: chunks of a stream, and a
 * plain message for where streaming is refused or has ended.
 */
import type { AnyChunk, Button } from '@slack/types';
import { formatNumber } from '../../agent/format.ts';
import type { ProgressEvent } from '../../agent/ports.ts';
import { ACTIONS } from './actions.ts';
import { button, type SlackMessage } from './answer.ts';
import { BLOCK_LIMITS } from './limits.ts';
import { formatDuration } from './numbers.ts';
import { fit, fitEscaped, mrkdwn } from './text.ts';

export interface Task {
  id: string;
  title: string;
  status: 'in_progress' | 'complete' | 'error';
  details: string;
  /** Something that a person would call a result, as opposed to thinking. */
  isWork: boolean;
}

/** Tasks shown; a run with more shows its last ones. */
const SHOWN = 25;
const TITLE = 120;
/** What has a name for operators only. */
const TITLES: Record<string, string> = { model: 'Thinking', other: 'Getting ready' };

export class Plan {
  title = 'Working on it';
  readonly tasks = new Map<string, Task>();

  /** Takes an event in; answers the id of the task it changed, or null when it changed the title. */
  apply(event: ProgressEvent): string | null {
    if (event.type === 'plan') {
      this.title = fit(event.text.replace(/\s+/g, ' ').trim() || this.title, TITLE);
      return null;
    }
    const known = this.tasks.get(event.id);
    const kind = event.type === 'start' ? event.kind : 'tool';
    const task = {
      id: event.id,
      title: known?.title ?? TITLES[kind] ?? readable(event.name),
      isWork: known?.isWork ?? (kind === 'tool' || kind === 'chart'),
    };
    if (event.type === 'start') {
      this.tasks.set(event.id, { ...task, status: 'in_progress', details: '' });
    } else if (event.type === 'end') {
      const details = [event.cached ? 'cached' : formatDuration(event.durationMs)];
      if (event.rows !== undefined) details.push(`${formatNumber(event.rows)} rows`);
      this.tasks.set(event.id, { ...task, status: 'complete', details: details.join(', ') });
    } else {
      this.tasks.set(event.id, { ...task, status: 'error', details: fit(event.message, TITLE) });
    }
    return event.id;
  }

  get finished(): Task[] {
    return [...this.tasks.values()].filter((task) => task.status === 'complete' && task.isWork);
  }
}

/** `yf_get_historical_stock_prices AAPL` -> `Historical stock prices AAPL`; a query without its hash. */
function readable(name: string): string {
  const words = name
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^query [0-9a-f]{6} · /, 'query · ')
    .replace(/^\w+/, (tool) => tool.replace(/^(?:[a-z0-9]{1,8}_)?get_/, '').replaceAll('_', ' '));
  return fit(words.charAt(0).toUpperCase() + words.slice(1) || 'Step', TITLE);
}

/** What changed since the last time, for a stream. Chunks hold no markup: Slack shows their text as it is. */
export function chunks(plan: Plan, changed: Iterable<string>, titleChanged: boolean): AnyChunk[] {
  const list: AnyChunk[] = titleChanged ? [{ type: 'plan_update', title: defuse(plan.title) }] : [];
  for (const id of changed) {
    const task = plan.tasks.get(id);
    if (!task) continue;
    list.push({
      type: 'task_update',
      id: fit(task.id, BLOCK_LIMITS.altText),
      title: defuse(task.title),
      status: task.status,
      ...(task.details ? { details: defuse(task.details) } : {}),
    });
  }
  return list;
}

/** A stream cannot be told not to make links: an address in a task's text is broken up. */
function defuse(text: string): string {
  return text.replaceAll('://', ': //').replace(/[<>]/g, ' ');
}

export function stopBlock(runId: string): { type: 'actions'; elements: Button[] } {
  return { type: 'actions', elements: [button('Stop', ACTIONS.stop, runId)] };
}

const MARKS = {
  in_progress: ':hourglass_flowing_sand:',
  complete: ':white_check_mark:',
  error: ':x:',
} as const;

export function planMessage(plan: Plan, runId: string): SlackMessage {
  const tasks = [...plan.tasks.values()].slice(-SHOWN);
  const lines = tasks.map((task) => {
    const details = task.details ? `  _${fitEscaped(task.details, TITLE)}_` : '';
    return `${MARKS[task.status]} ${fitEscaped(task.title, TITLE)}${details}`;
  });
  const title = fitEscaped(plan.title, TITLE * 2);
  const body = fitLines([`*${title}*`, ...lines], BLOCK_LIMITS.sectionText);
  return { text: title, blocks: [{ type: 'section', text: mrkdwn(body) }, stopBlock(runId)] };
}

/** "Stopped. Finished until then: …", what a stopped run leaves behind. */
export function stoppedText(finished: readonly string[]): string {
  if (finished.length === 0) return 'Stopped. Nothing was finished.';
  const shown = finished.slice(-10).map((title) => fitEscaped(title, TITLE));
  const more = finished.length - shown.length;
  return `Stopped. Finished until then: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
}

function fitLines(lines: string[], length: number): string {
  const kept = [...lines];
  while (kept.join('\n').length > length && kept.length > 1) kept.splice(1, 1);
  return kept.join('\n');
}
