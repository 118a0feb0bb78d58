/** The window that asks why an answer was good or bad. The reason is optional, the thumb is not. */
import type { ModalView } from '@slack/types';
import { VIEWS } from './actions.ts';
import { BLOCK_LIMITS } from './limits.ts';
import { plain } from './text.ts';

export const REASON = { block: 'reason', input: 'text' } as const;

export function feedbackWindow(runId: string, verdict: 'good' | 'bad'): ModalView {
  return {
    type: 'modal',
    callback_id: VIEWS.feedback,
    private_metadata: JSON.stringify({ runId, verdict }),
    title: plain('Feedback', BLOCK_LIMITS.viewTitle),
    submit: plain('Send', BLOCK_LIMITS.viewTitle),
    close: plain('Skip', BLOCK_LIMITS.viewTitle),
    blocks: [
      {
        type: 'input',
        block_id: REASON.block,
        optional: true,
        label: plain(verdict === 'good' ? 'What was good?' : 'What was wrong?', 100),
        element: { type: 'plain_text_input', action_id: REASON.input, multiline: true, max_length: 2_000 },
      },
    ],
  };
}
