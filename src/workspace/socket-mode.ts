/**
 * Socket Mode: connections opened with `apps.connections.open`, envelopes that are acknowledged by their id.
 * An envelope goes to one of the open connections; while there is none it waits for one, as long as an
 * acknowledgement may take.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Attempt, AttemptResult, Transport } from './delivery.ts';
import { SLACK } from './limits.ts';
import type { Fields } from './types.ts';
import { acceptSocket, type ServerSocket } from './websocket.ts';

const GOODBYE_MS = 500;

interface Waiting {
  socket: ServerSocket | null;
  settle(result: AttemptResult): void;
  send(socket: ServerSocket): void;
}

export class SocketMode implements Transport {
  readonly #tickets = new Set<string>();
  readonly #sockets = new Set<ServerSocket>();
  readonly #waiting = new Map<string, Waiting>();
  readonly #appId: string;
  readonly #onChange: () => void;
  #turn = 0;

  constructor(appId: string, onChange: () => void) {
    this.#appId = appId;
    this.#onChange = onChange;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** A single-use path for the upgrade request, or null when the app has too many connections. */
  ticket(): string | null {
    if (this.#sockets.size >= SLACK.socketConnections) return null;
    const ticket = randomUUID();
    this.#tickets.add(ticket);
    return ticket;
  }

  accept(ticket: string, request: IncomingMessage, stream: Duplex, head: Buffer): void {
    if (!this.#tickets.delete(ticket)) {
      stream.destroy();
      return;
    }
    const socket = acceptSocket(request, stream, head, {
      text: (text) => this.#acknowledged(text),
      closed: () => this.#lost(socket),
    });
    if (!socket) return;
    this.#sockets.add(socket);
    socket.send(
      JSON.stringify({
        type: 'hello',
        num_connections: this.#sockets.size,
        debug_info: { host: 'workspace', approximate_connection_time: 18_060 },
        connection_info: { app_id: this.#appId },
      }),
    );
    for (const waiting of this.#waiting.values()) if (waiting.socket === null) waiting.send(socket);
    this.#onChange();
  }

  attempt(attempt: Attempt): Promise<AttemptResult> {
    return new Promise((resolve) => {
      const envelopeId = randomUUID();
      const timer = setTimeout(
        () => waiting.settle({ acknowledged: false, reason: 'timeout', final: false }),
        attempt.ackMs,
      );
      const waiting: Waiting = {
        socket: null,
        settle: (result) => {
          clearTimeout(timer);
          this.#waiting.delete(envelopeId);
          resolve(result);
        },
        send: (socket) => {
          waiting.socket = socket;
          socket.send(
            JSON.stringify({
              envelope_id: envelopeId,
              type: attempt.kind,
              payload: attempt.body,
              accepts_response_payload: attempt.kind !== 'events_api',
              ...(attempt.kind === 'events_api'
                ? { retry_attempt: attempt.retry?.num ?? 0, retry_reason: attempt.retry?.reason ?? '' }
                : {}),
            }),
          );
        },
      };
      this.#waiting.set(envelopeId, waiting);
      const socket = this.#next();
      if (socket) waiting.send(socket);
    });
  }

  /** Asks every connection to reconnect, as Slack does when it recycles a host. */
  refresh(reason: 'warning' | 'refresh_requested' = 'refresh_requested'): void {
    for (const socket of this.#sockets)
      socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: {} }));
  }

  /** Cuts every connection without a closing handshake. */
  drop(): void {
    for (const socket of [...this.#sockets]) socket.drop();
  }

  /** Says goodbye; who does not answer is cut off. */
  close(): void {
    for (const socket of this.#sockets) socket.close();
    setTimeout(() => this.drop(), GOODBYE_MS).unref();
    for (const waiting of [...this.#waiting.values()]) {
      waiting.settle({ acknowledged: false, reason: 'connection_failed', final: true });
    }
  }

  #next(): ServerSocket | undefined {
    this.#turn += 1;
    return [...this.#sockets][this.#turn % Math.max(1, this.#sockets.size)];
  }

  #acknowledged(text: string): void {
    const message = parse(text);
    const id = typeof message?.envelope_id === 'string' ? message.envelope_id : '';
    this.#waiting.get(id)?.settle({ acknowledged: true, response: message?.payload });
  }

  #lost(socket: ServerSocket | null): void {
    if (!socket) return;
    this.#sockets.delete(socket);
    for (const waiting of [...this.#waiting.values()]) {
      if (waiting.socket === socket)
        waiting.settle({ acknowledged: false, reason: 'connection_failed', final: false });
    }
    this.#onChange();
  }
}

function parse(text: string): Fields | null {
  try {
    return JSON.parse(text) as Fields;
  } catch {
    return null;
  }
}
