/**
 * For the tests of the stand-in: the real Bolt app and the real Web API client, attached to a workspace.
 * They are silent, because refusals are what these tests are about.
 */
import { App, HTTPReceiver, type Logger, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import type { WorkspaceOptions } from './options.ts';
import { startWorkspace, type Workspace } from './workspace.ts';

export interface Attached {
  workspace: Workspace;
  app: App;
  stop(): Promise<void>;
}

const nothing = () => undefined;
const silent: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  setName: nothing,
  getLevel: () => LogLevel.ERROR,
};

export function clientOf(workspace: Workspace, token = workspace.botToken): WebClient {
  return new WebClient(token, {
    slackApiUrl: workspace.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 2_000,
    logger: silent,
  });
}

export interface Refused {
  error: string;
  messages: string[];
}

/** How Slack refused a call; `accepted` when it did not. Other failures are thrown on. */
export async function refusal(call: Promise<unknown>): Promise<Refused> {
  try {
    await call;
  } catch (error) {
    const { data } = error as { data?: { error: string; response_metadata?: { messages?: string[] } } };
    if (!data) throw error;
    return { error: data.error, messages: data.response_metadata?.messages ?? [] };
  }
  return { error: 'accepted', messages: [] };
}

/** Starts a workspace and an app that `set` has given its listeners. */
export async function attach(
  transport: 'socket' | 'http',
  set: (app: App) => void,
  options: WorkspaceOptions = {},
): Promise<Attached> {
  const workspace = await startWorkspace({ transport, ...options });
  const clientOptions = {
    slackApiUrl: workspace.apiUrl,
    retryConfig: { retries: 0 },
    timeout: 2_000,
    logger: silent,
  };
  const receiver =
    transport === 'socket'
      ? new SocketModeReceiver({
          appToken: workspace.appToken,
          installerOptions: { clientOptions: { slackApiUrl: workspace.apiUrl, retryConfig: { retries: 0 } } },
          clientPingTimeout: 500,
          logger: silent,
        })
      : new HTTPReceiver({
          signingSecret: workspace.signingSecret,
          processBeforeResponse: true,
          logger: silent,
        });
  const app = new App({ token: workspace.botToken, receiver, clientOptions, logger: silent });
  set(app);
  const started = await app.start(0);
  const address = typeof started === 'object' && started && 'address' in started ? started.address() : null;
  if (address && typeof address === 'object')
    workspace.eventsUrl = `http://127.0.0.1:${address.port}/slack/events`;
  return {
    workspace,
    app,
    stop: async () => {
      await app.stop();
      await workspace.close();
    },
  };
}
