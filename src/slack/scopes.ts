/**
 * What the app may do and hears of in Slack, with the reason. The manifest must say exactly this: a test
 * compares them both ways, and with the methods and events that the code uses.
 */

/** Bot scope -> Web API methods (or features) of ours that need it. */
export const SCOPES = {
  'app_mentions:read': ['event app_mention'],
  'assistant:write': ['assistant.threads.setStatus', 'assistant.threads.setSuggestedPrompts'],
  'channels:history': ['event message.channels', 'conversations.replies', 'conversations.history'],
  'chat:write': [
    'chat.postMessage',
    'chat.postEphemeral',
    'chat.update',
    'chat.delete',
    'chat.startStream',
    'chat.appendStream',
    'chat.stopStream',
    'agents.sessions.setStatus',
  ],
  commands: ['slash command', 'shortcuts'],
  'files:read': ['files.info', 'download of attached files'],
  'files:write': ['files.getUploadURLExternal', 'files.completeUploadExternal'],
  'groups:history': ['event message.groups', 'conversations.replies', 'conversations.history'],
  'im:history': ['event message.im', 'conversations.replies'],
} as const;

/** Methods that need no scope. */
export const FREE_METHODS = ['auth.test', 'chat.getPermalink', 'views.open', 'views.publish'] as const;

/** Events of the manifest -> the name under which Bolt delivers them. */
export const EVENTS = {
  agent_session_stopped: 'agent_session_stopped',
  app_home_opened: 'app_home_opened',
  app_mention: 'app_mention',
  app_uninstalled: 'app_uninstalled',
  'message.channels': 'message',
  'message.groups': 'message',
  'message.im': 'message',
  tokens_revoked: 'tokens_revoked',
} as const;

export const SHORTCUT = 'analyse_message';
