/** Serves the functions on loopback and tells the Inngest server where: for a terminal and for tests. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { InngestFunction } from 'inngest';
import { serve } from 'inngest/node';
import { AnalystError } from '../src/agent/errors.ts';
import type { Client } from './client.ts';

/** @throws AnalystError unavailable when the Inngest server does not take the app */
export async function serveFunctions(client: Client, functions: InngestFunction.Any[]): Promise<Server> {
  const server = createServer(serve({ client, functions }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/api/inngest`, { method: 'PUT' });
  if (response.ok) return server;
  server.close();
  throw new AnalystError('unavailable', `The Inngest server did not accept the app (${response.status}).`, {
    hint: 'Check that it runs, that its address is right, and INNGEST_SIGNING_KEY.',
  });
}
