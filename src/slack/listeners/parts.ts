/** What the listeners share: the services of this room, handed to each of them. */
import type { Engine, Store } from '../../agent/ports.ts';
import type { Asking } from '../asking.ts';
import type { Capability } from '../blocks/home.ts';
import type { Installations } from '../installations.ts';
import type { Background } from '../locks.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import type { Receipts } from '../receipts.ts';
import type { Records } from '../records.ts';
import type { SlackSettings } from '../settings.ts';
import type { Sharing } from '../sharing.ts';
import type { Stopping } from '../stopping.ts';
import type { UsageCounter } from '../usage.ts';

export interface Parts {
  settings: SlackSettings;
  engine(): Engine;
  store: Store;
  records: Records;
  receipts: Receipts;
  asking: Asking;
  stopping: Stopping;
  sharing: Sharing;
  usage: UsageCounter;
  background: Background;
  logger: Logger;
  metrics: Metrics;
  installations: Installations | null;
  capabilities(): Promise<Capability[]>;
}
