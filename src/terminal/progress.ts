/** Progress on stderr: a live list on a terminal, one line an event elsewhere. */
import type { Progress, ProgressEvent } from '../agent/ports.ts';
import { createStyle, printable } from './style.ts';

interface Item {
  text: string;
  state: 'running' | 'done' | 'failed';
  startedAt: number;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 80;

export interface TerminalProgress extends Progress {
  /** A line of its own. */
  note(text: string): void;
  /** Leaves the finished list on the screen. */
  stop(): void;
}

export function createProgress(stream: NodeJS.WriteStream): TerminalProgress {
  return stream.isTTY ? new LiveList(stream) : new Lines(stream);
}

function describe(event: ProgressEvent): string {
  switch (event.type) {
    case 'plan':
      return printable(event.text);
    case 'start':
      return printable(event.name);
    case 'end': {
      const details = [
        ...(event.rows === undefined ? [] : [`${event.rows} rows`]),
        event.cached ? 'cached' : `${Math.round(event.durationMs)} ms`,
      ];
      return `${printable(event.name)} (${details.join(', ')})`;
    }
    case 'fail':
      return `${printable(event.name)}: ${printable(event.message)}`;
  }
}

const MARKS = { plan: '›', start: '…', end: '✓', fail: '✗' } as const;

class Lines implements TerminalProgress {
  readonly #stream: NodeJS.WriteStream;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  note(text: string): void {
    this.#stream.write(`${text}\n`);
  }

  emit(_runId: string, event: ProgressEvent): void {
    this.#stream.write(`${MARKS[event.type]} ${describe(event)}\n`);
  }

  stop(): void {}
}

class LiveList implements TerminalProgress {
  readonly #stream: NodeJS.WriteStream;
  readonly #items = new Map<string, Item>();
  #drawn = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  note(text: string): void {
    this.#items.set(text, { text, state: 'done', startedAt: Date.now() });
    this.#draw();
  }

  emit(_runId: string, event: ProgressEvent): void {
    const id = event.type === 'plan' ? `plan-${event.turn}` : event.id;
    const state = event.type === 'start' ? 'running' : event.type === 'fail' ? 'failed' : 'done';
    const startedAt = this.#items.get(id)?.startedAt ?? Date.now();
    this.#items.set(id, { text: describe(event), state, startedAt });
    this.#timer ??= setInterval(() => this.#draw(), FRAME_MS).unref();
    this.#draw();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#draw();
    this.#items.clear();
    this.#drawn = 0;
  }

  /** Draws the whole list over the last one; only as many lines as the screen has. */
  #draw(): void {
    const style = createStyle(this.#stream);
    const height = Math.max(1, (this.#stream.rows || 24) - 1);
    const width = (this.#stream.columns || 80) - 3;
    const frame = FRAMES[Math.floor(Date.now() / FRAME_MS) % FRAMES.length] ?? '';
    const lines = [...this.#items.values()].slice(-height).map(({ text, state }) => {
      const shown = text.length > width ? `${text.slice(0, width - 1)}…` : text;
      if (state === 'running') return `${style('cyan', frame)} ${shown}`;
      return state === 'failed'
        ? `${style('red', '✗')} ${shown}`
        : `${style('green', '✓')} ${style('dim', shown)}`;
    });
    const up = this.#drawn > 0 ? `\x1b[${this.#drawn}A` : '';
    this.#stream.write(`${up}${lines.map((line) => `\x1b[2K${line}\n`).join('')}`);
    this.#drawn = lines.length;
  }
}
