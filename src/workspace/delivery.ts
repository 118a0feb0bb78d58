/**
 * How the app is told: one delivery, one attempt, over Socket Mode or signed HTTP. A transport makes a single
 * attempt and says how it ended; when to try again is decided in events.ts.
 */
import type { Fields } from './types.ts';

export type DeliveryKind = 'events_api' | 'interactive' | 'slash_commands';

export interface Attempt {
  kind: DeliveryKind;
  body: Fields;
  retry: { num: number; reason: string } | null;
  /** Milliseconds that the app has. */
  ackMs: number;
}

export type AttemptResult =
  | { acknowledged: true; response: unknown }
  | { acknowledged: false; reason: 'timeout' | 'http_error' | 'connection_failed'; final: boolean };

export interface Transport {
  /** Never rejects. */
  attempt(attempt: Attempt): Promise<AttemptResult>;
  close(): void;
}
