/** The Home tab: what it can do, what it works on and whether that works, my last questions, my usage. */

import type { HomeView, KnownBlock } from '@slack/types';
import { formatNumber } from '../../agent/format.ts';
import { suggestionBlocks } from './help.ts';
import { BLOCK_LIMITS } from './limits.ts';
import { escapeMrkdwn, fitEscaped, mrkdwn, plain } from './text.ts';

/** A tool or a source of data, as people should see it. */
export interface Capability {
  name: string;
  description: string;
  state: 'ready' | 'off' | 'failing';
}

export interface HomeContent {
  capabilities: Capability[];
  suggestions: readonly string[];
  questions: { text: string; at: number; link: string | null; failed: boolean }[];
  usage: { questionsLastHour: number; questionsPerHour: number; tokensToday: number; tokensPerDay: number };
}

const STATES = { ready: ':large_green_circle:', off: ':white_circle:', failing: ':red_circle:' } as const;

export function homeView(content: HomeContent): HomeView {
  const { usage } = content;
  const blocks: KnownBlock[] = [
    header('Analyst'),
    section(
      'Mention me in a channel, write to me directly, or type /ask. I answer in the thread with numbers, ' +
        'charts and tables, and show the program that computed them.',
    ),
    header('Try one'),
    ...suggestionBlocks(content.suggestions),
    header('Tools and data'),
    ...content.capabilities.map(
      (item): KnownBlock => ({
        type: 'section',
        text: mrkdwn(
          `${STATES[item.state]} *${fitEscaped(item.name, 150)}*  ${fitEscaped(item.description, 1_000)}`,
        ),
      }),
    ),
    header('My last questions'),
    ...questionBlocks(content.questions),
    header('My usage'),
    section(
      `${formatNumber(usage.questionsLastHour)} of ${formatNumber(usage.questionsPerHour)} questions in the last hour, ` +
        `${formatNumber(usage.tokensToday)} of ${formatNumber(usage.tokensPerDay)} tokens today.`,
    ),
  ];
  return { type: 'home', blocks: blocks.slice(0, BLOCK_LIMITS.viewBlocks) };
}

function header(text: string): KnownBlock {
  return { type: 'header', text: plain(text, BLOCK_LIMITS.headerText) };
}

function section(text: string): KnownBlock {
  return { type: 'section', text: plain(text, BLOCK_LIMITS.sectionText) };
}

function questionBlocks(questions: HomeContent['questions']): KnownBlock[] {
  if (questions.length === 0) return [section('None yet.')];
  return questions.map((question) => {
    const mark = question.failed ? ':warning: ' : '';
    // The link is Slack's own, to the answer.
    const text = fitEscaped(question.text.replace(/\s+/g, ' '), 300);
    const linked = question.link ? `<${escapeMrkdwn(question.link)}|${text.replaceAll('|', '¦')}>` : text;
    return {
      type: 'section',
      text: mrkdwn(
        `${mark}${linked}  <!date^${Math.floor(question.at / 1_000)}^{date_short_pretty} {time}|earlier>`,
      ),
    };
  });
}
