/**
 * What the stand-in keeps: teams, users, channels, messages, files, views. Shapes follow Slack's own JSON
 * where an app sees them (snake case); names that only this program sees are camel case.
 */
export type Fields = Record<string, unknown>;

export interface Block extends Fields {
  type: string;
  block_id?: string;
}

/** A workspace with one installation of the app. */
export interface Team {
  id: string;
  name: string;
  domain: string;
  botToken: string;
  botUserId: string;
  botId: string;
  scopes: string[];
  installed: boolean;
}

export interface User {
  id: string;
  name: string;
  teamId: string;
  /** Set for bots: the app's own, and others. */
  botId?: string;
  appId?: string;
}

export interface Channel {
  id: string;
  name: string;
  teamId: string;
  kind: 'channel' | 'group' | 'im';
  members: Set<string>;
  /** Shared with another company (Slack Connect). */
  shared: boolean;
  archived: boolean;
}

export interface Metadata {
  event_type: string;
  event_payload: Fields;
}

export type TaskStatus = 'pending' | 'in_progress' | 'complete' | 'error';

/** One piece of a streamed message, in the order in which it first arrived. */
export type StreamPart =
  | { kind: 'markdown'; text: string }
  | { kind: 'plan'; title: string }
  | { kind: 'task'; id: string; title: string; status: TaskStatus; details?: string; output?: string }
  | { kind: 'blocks'; blocks: Block[] };

export interface Stream {
  state: 'in_progress' | 'completed' | 'expired' | 'stopped_by_user';
  /** Decided by the first content that arrives. */
  mode: 'text' | 'chunks' | null;
  display: 'timeline' | 'plan';
  parts: StreamPart[];
  startedAt: number;
}

export interface Message {
  type: 'message';
  subtype?: string;
  channel: string;
  ts: string;
  thread_ts?: string;
  user: string;
  team: string;
  bot_id?: string;
  app_id?: string;
  text: string;
  blocks?: Block[];
  attachments?: Fields[];
  files?: string[];
  metadata?: Metadata;
  edited?: { user: string; ts: string };
  reactions: { name: string; users: string[] }[];
  stream?: Stream;
  /** As asked for by the app; undefined is Slack's default, which unfurls. */
  unfurl: { links?: boolean; media?: boolean };
  /** Only this user sees it. */
  ephemeralTo?: string;
  broadcast?: boolean;
}

export interface StoredFile {
  id: string;
  name: string;
  title: string;
  altText?: string;
  snippetType?: string;
  teamId: string;
  /** Who uploaded it. */
  user: string;
  declaredBytes: number;
  content: Buffer | null;
  uploadKey: string;
  completedAt: number | null;
  /** `files.info` calls since completion: processing ends after a configured number of them. */
  polls: number;
  /** Messages that show it, per channel. */
  shares: Map<string, string[]>;
}

export interface StoredView {
  id: string;
  teamId: string;
  type: 'modal' | 'home';
  user: string;
  hash: string;
  /** The view as the app sent it, with block ids filled in. */
  view: Fields & { blocks: Block[] };
  rootId: string;
  previousId: string | null;
  externalId: string | null;
  errors: Record<string, string>;
  values: Record<string, Record<string, Fields>>;
}

/** One Web API request, as it came and as it was answered. */
export interface Call {
  method: string;
  args: Fields;
  teamId: string | null;
  at: number;
  /** Null while the answer is on its way, and for ever after an injected time-out. */
  result: Fields | null;
  /** The injected fault that met it. */
  fault: string | null;
}

/** Something that Slack lets through and a reviewer would not: no fallback text, a link that unfurls. */
export interface Note {
  kind: 'no_fallback_text' | 'may_unfurl';
  method: string;
  channel: string;
  ts: string;
}
