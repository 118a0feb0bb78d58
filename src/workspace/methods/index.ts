/** Every Web API method that the stand-in knows. Anything else is `unknown_method`. */
import { AUTH } from './auth.ts';
import { CHAT } from './chat.ts';
import type { Method } from './method.ts';

export const METHODS: Record<string, Method> = { ...AUTH, ...CHAT };
