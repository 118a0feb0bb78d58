/**
 * How Slack's deliveries come in. Both ways acknowledge only after the listeners have finished, so that what is
 * acknowledged is safe, and what fails comes again.
 */

import type { InstallationStore } from '@slack/bolt';
import { type App, HTTPReceiver, type ReceiverEvent, SocketModeReceiver } from '@slack/bolt';
import { AnalystError } from '../agent/errors.ts';
import { clientOptions } from './client.ts';
import { boltLogger, errorFields, type Logger } from './logger.ts';
import { SCOPES } from './scopes.ts';
import type { SlackSettings } from './settings.ts';

/** Paths under which Slack may call; the manifest uses the first for everything. */
export const SLACK_PATH = '/slack/events';
const OAUTH_REDIRECT_PATH = '/slack/oauth_redirect';
export const OAUTH_PATHS = ['/slack/install', OAUTH_REDIRECT_PATH];

/** The client waits this long for an answer to a ping, and before it connects again. */
const PING_MS = 2_000;

/** Sent for a workspace where the app is not installed (any more): to send it again is no use. */
function isForNobody(error: unknown): boolean {
  const original = error instanceof Error && 'original' in error ? error.original : null;
  return original instanceof AnalystError && original.code === 'unauthorised';
}

/** Holds every ack back until the listeners are done. */
class AckAfterReceiver extends SocketModeReceiver {
  override init(app: App): void {
    const later = {
      async processEvent(event: ReceiverEvent): Promise<void> {
        const answers: unknown[] = [];
        await app.processEvent({
          ...event,
          ack: async (response) => {
            answers.push(response);
          },
        });
        if (answers.length > 0) await event.ack(answers.find((answer) => answer !== undefined));
      },
    };
    // The receiver calls nothing else of the app.
    super.init(later as unknown as App);
  }
}

export function socketReceiver(
  appToken: string,
  settings: SlackSettings,
  logger: Logger,
): SocketModeReceiver {
  const receiver = new AckAfterReceiver({
    appToken,
    logger: boltLogger(logger),
    clientPingTimeout: PING_MS,
    // Reconnecting goes on until Slack is back: a failure here would end the process.
    installerOptions: {
      clientOptions: {
        ...clientOptions(settings.apiUrl, logger),
        retryConfig: { retries: 1_000, factor: 1.3, maxTimeout: 30_000 },
        rejectRateLimitedCalls: false,
      },
    },
    processEventErrorHandler: async ({ error }) => {
      logger.error(errorFields(error), 'a delivery failed');
      return isForNobody(error);
    },
  });
  // The client rejects where nobody catches on a message without an event, such as `app_rate_limited`.
  const handlers = receiver.client.listeners('ws_message');
  receiver.client.removeAllListeners('ws_message');
  receiver.client.on('ws_message', async (...message) => {
    try {
      for (const handle of handlers) await handle(...message);
    } catch (error) {
      logger.warn(errorFields(error), 'a message of the socket could not be read');
    }
  });
  return receiver;
}

export function httpReceiver(
  signingSecret: string,
  settings: SlackSettings,
  installationStore: InstallationStore | null,
  logger: Logger,
): HTTPReceiver {
  const { oauth } = settings;
  return new HTTPReceiver({
    signingSecret,
    endpoints: SLACK_PATH,
    processBeforeResponse: true,
    logger: boltLogger(logger),
    processEventErrorHandler: async ({ error, response }) => {
      logger.error(errorFields(error), 'a delivery failed');
      const headers = isForNobody(error) ? { 'x-slack-no-retry': '1' } : {};
      if (!response.headersSent) response.writeHead(500, headers).end();
      return false;
    },
    // A slow enqueue may still succeed: the answer waits for it, Slack's next delivery finds the same question.
    unhandledRequestHandler: () => {},
    ...(oauth && installationStore
      ? {
          clientId: oauth.clientId,
          clientSecret: oauth.clientSecret,
          stateSecret: oauth.stateSecret,
          installationStore,
          redirectUri: oauth.redirectUri,
          scopes: Object.keys(SCOPES),
          installerOptions: {
            directInstall: true,
            redirectUriPath: OAUTH_REDIRECT_PATH,
            clientOptions: clientOptions(settings.apiUrl, logger),
            ...(oauth.authorizationUrl ? { authorizationUrl: oauth.authorizationUrl } : {}),
          },
        }
      : {}),
  });
}
