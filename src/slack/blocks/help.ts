/** What an empty mention, `/ask help` and a first message get: what to ask, as questions that can be clicked. */
import type { KnownBlock } from '@slack/types';
import { ACTIONS } from './actions.ts';
import { button, type SlackMessage } from './answer.ts';
import { BLOCK_LIMITS } from './limits.ts';
import { plain } from './text.ts';

const INTRODUCTION =
  'Ask me about the data in plain words. I write a small program, run it, and answer with numbers, ' +
  'a chart and a table. Reply in the thread to go on from there.';

export function helpMessage(suggestions: readonly string[]): SlackMessage {
  return {
    text: INTRODUCTION,
    blocks: [
      { type: 'section', text: plain(INTRODUCTION, BLOCK_LIMITS.sectionText) },
      ...suggestionBlocks(suggestions),
    ],
  };
}

/** A question is longer than a button's text: it stands beside its button. */
export function suggestionBlocks(suggestions: readonly string[]): KnownBlock[] {
  return suggestions.map((suggestion, i) => ({
    type: 'section',
    text: plain(suggestion, BLOCK_LIMITS.buttonValue),
    accessory: button('Ask', `${ACTIONS.ask}_${i}`, plain(suggestion, BLOCK_LIMITS.buttonValue).text),
  }));
}
