/** Every Web API method that the stand-in knows. Anything else is `unknown_method`. */
import { AGENTS } from './agents.ts';
import { AUTH } from './auth.ts';
import { CHAT } from './chat.ts';
import { CONVERSATIONS } from './conversations.ts';
import { FILES } from './files.ts';
import type { Method } from './method.ts';
import { STREAM } from './stream.ts';
import { VIEWS } from './views.ts';

export const METHODS: Record<string, Method> = {
  ...AUTH,
  ...CHAT,
  ...STREAM,
  ...CONVERSATIONS,
  ...FILES,
  ...VIEWS,
  ...AGENTS,
};
