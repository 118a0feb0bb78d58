/**
 * Slack's way to say no: HTTP 200 with `{ok: false, error}`, sometimes with messages that point into the
 * request. Thrown by methods and validators, turned into an answer in one place (api.ts).
 */
import type { Fields } from './types.ts';

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly error: string;
  readonly fields: Fields;

  constructor(error: string, fields: Fields = {}) {
    super(error);
    this.error = error;
    this.fields = fields;
  }

  /** With `[ERROR] …` lines, as Slack gives them for arguments, blocks and views. */
  static withMessages(error: string, problems: readonly string[]): Refusal {
    return new Refusal(error, {
      errors: [...problems],
      response_metadata: { messages: problems.map((problem) => `[ERROR] ${problem}`) },
    });
  }

  get answer(): Fields {
    return { ok: false, error: this.error, ...this.fields };
  }
}
