/**
 * What programs asked for so far, in this process. A program that is answered the same does the same, so a replay
 * is answered from here for as far as it has been before, and takes no child. It is only ever a short cut: what
 * is forgotten is run again.
 */
import type { SandboxJob } from '../agent/ports.ts';
import { limits } from './limits.ts';
import type { Answered, Ending } from './protocol.ts';

/** One program's waves, in order, with their answers once there are any; and how it ended if it has. */
export interface Past {
  waves: { text: string; results?: string }[];
  ending?: Ending;
}

export interface Pasts {
  /** What is known of a job; shared by all its replays. */
  of(job: SandboxJob): Past;
  /** Called when one has grown by this many characters: forgets the oldest beyond the limit. */
  grew(chars: number): void;
}

export function createPasts(): Pasts {
  const pasts = new Map<string, Past>();
  /** Characters held, or more: what is held is counted when this passes the limit. */
  let most = 0;
  function grew(chars: number): void {
    most += chars;
    if (most <= limits.pastChars) return;
    most = 0;
    for (const [key, past] of [...pasts].reverse()) {
      const size = key.length + sizeOf(past);
      if (most + size > limits.pastChars) pasts.delete(key);
      else most += size;
    }
  }

  return {
    of({ program, tools, now, seed }) {
      const key = JSON.stringify([seed, now, tools, program]);
      const known = pasts.get(key);
      const past = known ?? { waves: [] };
      pasts.delete(key);
      pasts.set(key, past);
      if (!known) grew(key.length);
      return past;
    },
    grew,
  };
}

function sizeOf({ waves, ending }: Past): number {
  return waves.reduce(
    (sum, { text, results = '' }) => sum + text.length + results.length,
    ending?.text.length ?? 0,
  );
}

/** Whether somebody who was given this is where the past ends. */
function isAtEnd({ waves }: Past, given: readonly Answered[]): boolean {
  return given.length === waves.length && given.every(({ results }, i) => waves[i]?.results === results);
}

export function noteWave(past: Past, given: readonly Answered[], text: string): void {
  if (!past.ending && isAtEnd(past, given)) past.waves.push({ text });
}

export function noteEnding(past: Past, given: readonly Answered[], ending: Ending): void {
  if (isAtEnd(past, given)) past.ending = ending;
}

/** What was known beyond a wave holds only if the wave is answered as it was before. */
export function noteResults(past: Past, index: number, results: string): void {
  const wave = past.waves[index];
  if (!wave) return;
  if (wave.results !== undefined && wave.results !== results) {
    past.waves.length = index + 1;
    past.ending = undefined;
  }
  wave.results = results;
}
