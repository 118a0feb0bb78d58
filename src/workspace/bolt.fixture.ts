/**
 * For the tests of the stand-in: the real Bolt app, attached to a workspace over either transport.
 */
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import type { WorkspaceOptions } from './options.ts';
import { startWorkspace, type Workspace } from './workspace.ts';

export interface Attached {
  workspace: Workspace;
  app: App;
  stop(): Promise<void>;
}

/** Starts a workspace and an app that `set` has given its listeners. */
export async function attach(
  transport: 'socket' | 'http',
  set: (app: App) => void,
  options: WorkspaceOptions = {},
): Promise<Attached> {
  const workspace = await startWorkspace({ transport, ...options });
  const clientOptions = { slackApiUrl: workspace.apiUrl, retryConfig: { retries: 0 }, timeout: 2_000 };
  const receiver =
    transport === 'socket'
      ? new SocketModeReceiver({
          appToken: workspace.appToken,
          installerOptions: { clientOptions: { slackApiUrl: workspace.apiUrl, retryConfig: { retries: 0 } } },
          clientPingTimeout: 200,
          logLevel: LogLevel.ERROR,
        })
      : new HTTPReceiver({
          signingSecret: workspace.signingSecret,
          processBeforeResponse: true,
          logLevel: LogLevel.ERROR,
        });
  const app = new App({ token: workspace.botToken, receiver, clientOptions, logLevel: LogLevel.ERROR });
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
