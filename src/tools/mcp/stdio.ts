/**
 * A transport over the pipes of a child process. Unlike the SDK's it gives the child nothing of our
 * environment, bounds what a child can make us keep (a flood ends it), ignores what is not a message, ends
 * whole process groups at once, and leaves no child behind when this process is killed.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { guard, release } from '../../processes/guardian.ts';
import { limits } from './limits.ts';

export interface StdioLaunch {
  command: string;
  args: string[];
  /** All that the child's environment holds. */
  env: Record<string, string>;
  cwd: string;
}

const NEWLINE = 10;
const OPENING_BRACE = 123;
const LIST_CHANGED = 'notifications/tools/list_changed';

export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  /** Set when the child was ended because it sent too much. */
  flooded = false;
  /** The end of what the child wrote to stderr. */
  stderr = '';
  readonly #launch: StdioLaunch;
  #child: ChildProcessWithoutNullStreams | undefined;
  #gone: Promise<void> = Promise.resolve();
  /** The line that has begun. */
  #parts: Buffer[] = [];
  #bytes = 0;
  #messages = 0;

  constructor(launch: StdioLaunch) {
    this.#launch = launch;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): Promise<void> {
    const { command, args, env, cwd } = this.#launch;
    // Detached: a process group of its own, so that what the server starts ends with it.
    const child = spawn(command, args, { env, cwd, detached: true, windowsHide: true });
    this.#child = child;
    const { pid } = child;
    if (pid !== undefined) guard(-pid);
    child.stdout.on('data', (chunk: Buffer) => this.#receive(chunk));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-limits.stderrChars);
    });
    // A broken pipe shows as the end of the child.
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => {});
    child.on('exit', () => {
      this.kill();
      if (pid !== undefined) release(-pid);
    });
    this.#gone = new Promise((resolve) => {
      const ended = () => {
        if (this.#child === undefined) return;
        this.#child = undefined;
        this.#parts = [];
        this.onclose?.();
        resolve();
      };
      child.on('close', ended);
      child.on('error', () => {
        if (pid === undefined) ended();
      });
    });
    return new Promise((resolve, reject) => {
      child.on('spawn', resolve);
      child.on('error', reject);
    });
  }

  /** A request was answered: what came before it was not a flood. */
  answered(): void {
    this.#bytes = 0;
    this.#messages = 0;
  }

  send(message: JSONRPCMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      const stdin = this.#child?.stdin;
      if (stdin === undefined || !stdin.writable) return reject(new Error('Not connected'));
      stdin.write(`${JSON.stringify(message)}\n`, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Ends the child at once. */
  kill(): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // The group has ended already.
    }
  }

  /** Lets the child end by itself for a moment, then ends it. Resolves when it is gone. */
  async close(): Promise<void> {
    this.#child?.stdin.end();
    const timer = setTimeout(() => this.kill(), limits.endMs);
    await this.#gone;
    clearTimeout(timer);
  }

  #receive(chunk: Buffer): void {
    if (this.flooded) return;
    this.#bytes += chunk.length;
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#parts.push(chunk.subarray(start, end));
      start = end + 1;
      const line = Buffer.concat(this.#parts);
      this.#parts = [];
      this.#deliver(line);
    }
    if (start < chunk.length) this.#parts.push(chunk.subarray(start));
    // Thousands of tiny pieces would cost far more than their bytes.
    if (this.#parts.length > 1_000) this.#parts = [Buffer.concat(this.#parts)];
    if (this.#bytes > limits.unansweredBytes || this.#messages > limits.unansweredMessages) {
      this.flooded = true;
      this.#parts = [];
      this.kill();
    }
  }

  /** Lines that are not messages are somebody's print statements; of the notifications we need only one. */
  #deliver(line: Buffer): void {
    if (line[0] !== OPENING_BRACE || this.#messages > limits.unansweredMessages) return;
    let message: { jsonrpc?: unknown; id?: unknown; method?: unknown };
    try {
      message = JSON.parse(line.toString('utf8'));
    } catch {
      return;
    }
    if (message.jsonrpc !== '2.0') return;
    if (message.id === undefined && message.method !== LIST_CHANGED) return;
    this.#messages += 1;
    // The client checks its shape.
    this.onmessage?.(message as JSONRPCMessage);
  }
}
