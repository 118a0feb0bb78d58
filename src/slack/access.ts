/** Who may ask. Checked for every question and again for every button, always for the person who acts now. */
import { AnalystError } from '../agent/errors.ts';
import type { AccessSettings } from './settings.ts';

export interface Actor {
  /** The workspace where the app is installed. */
  team: string;
  /** The workspace of the person; another one for people of other companies. */
  userTeam?: string;
  user: string;
  /** Absent in the Home tab. */
  channel?: string;
  /** The channel is shared with another company. */
  external: boolean;
}

/** @throws AnalystError refused, with words for the person */
export function checkAccess(actor: Actor, settings: AccessSettings): void {
  const stranger = actor.userTeam !== undefined && actor.userTeam !== actor.team;
  if (!settings.allowExternal && (actor.external || stranger)) {
    throw new AnalystError('refused', 'I do not answer in channels shared with other companies.', {
      hint: 'Ask me in a channel of your own company, or in a direct message.',
    });
  }
  if (!allowed(settings.teams, actor.team)) {
    throw new AnalystError('refused', 'I am not switched on for this workspace.', { hint: ASK });
  }
  if (!allowed(settings.users, actor.user)) {
    throw new AnalystError('refused', 'You are not on the list of people I may answer.', { hint: ASK });
  }
  // A direct message is the asker's own.
  if (actor.channel && !actor.channel.startsWith('D') && !allowed(settings.channels, actor.channel)) {
    throw new AnalystError('refused', 'I am not switched on for this channel.', { hint: ASK });
  }
}

const ASK = 'Ask whoever runs me to add it.';

function allowed(list: string[], id: string): boolean {
  return list.length === 0 || list.includes(id);
}
