/**
 * Every id that a button, a menu or a window of ours carries: what is shown and what is listened to agree
 * through this list.
 */
export const ACTIONS = {
  openRun: 'open_run',
  program: 'show_program',
  csv: 'upload_csv',
  rerun: 'run_again',
  feedback: 'feedback',
  stop: 'stop_run',
  share: 'share_answer',
  ask: 'ask_suggested',
  askEdited: 'ask_edited',
} as const;

export const VIEWS = { feedback: 'feedback_reason', program: 'program' } as const;

/** Metadata of our messages, by which a message is found again after a crash. */
export const MESSAGE_EVENT = 'analyst_answer';
