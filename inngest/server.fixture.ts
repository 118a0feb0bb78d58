/** A real Inngest dev server on free ports of this machine, from the binary that INNGEST_BIN names. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface InngestServer {
  baseUrl: string;
  /** Names of the steps that a run has finished, in order. */
  stepNames(runId: string): Promise<string[]>;
  status(runId: string): Promise<{ status: string; endedAt?: string | null } | undefined>;
  stop(): Promise<void>;
}

interface Span {
  name: string;
  stepId?: string;
  children?: Span[];
}

const READY_MS = 30_000;

/** @param retrySeconds how long the server waits before it tries a request again */
export async function startInngest(binary: string, retrySeconds = 1): Promise<InngestServer> {
  const [port, gateway, gatewayGrpc, executorGrpc] = await freePorts(4);
  const flags = ['--host', '127.0.0.1', '--port', `${port}`, '--no-discovery', '--no-poll', '--tick', '10'];
  const ports = [
    ['--connect-gateway-port', `${gateway}`],
    ['--connect-gateway-grpc-port', `${gatewayGrpc}`],
    ['--connect-executor-grpc-port', `${executorGrpc}`],
  ].flat();
  const child = spawn(binary, ['dev', ...flags, ...ports, '--retry-interval', `${retrySeconds}`], {
    cwd: mkdtempSync(join(tmpdir(), 'inngest-')),
    env: { PATH: '/usr/bin:/bin', HOME: tmpdir(), DO_NOT_TRACK: '1' },
    stdio: 'ignore',
  });
  const baseUrl = `http://127.0.0.1:${port}`;
  await ready(child, baseUrl);
  const read = async <T>(path: string) => (await (await fetch(baseUrl + path)).json()) as { data?: T };
  return {
    baseUrl,
    async stepNames(runId) {
      const { data } = await read<{ rootSpan?: Span }>(`/api/v2/runs/${runId}/trace`);
      const names = new Map<string, string>();
      const walk = (span: Span) => {
        if (span.stepId && !/^Attempt \d/.test(span.name)) names.set(span.stepId, span.name);
        for (const inner of span.children ?? []) walk(inner);
      };
      if (data?.rootSpan) walk(data.rootSpan);
      return [...names.values()];
    },
    async status(runId) {
      return (await read<{ status: string; endedAt?: string }>(`/api/v2/runs/${runId}`)).data;
    },
    async stop() {
      if (child.exitCode !== null) return;
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function ready(child: ChildProcess, baseUrl: string): Promise<void> {
  const until = Date.now() + READY_MS;
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`the Inngest server ended with ${child.exitCode}`);
    const response = await fetch(`${baseUrl}/health`).catch(() => null);
    if (response?.ok) return;
    await sleep(20);
  }
  throw new Error('the Inngest server did not get ready');
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
          const server = createServer().on('error', reject);
          server.listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
