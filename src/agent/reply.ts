/**
 * What a model's reply is: one program to run, or the line that ends the run. Tolerant of prose around the
 * fence and of several fences; a fence that was never closed is a reply that was cut off.
 */

export type Reply =
  | { kind: 'program'; source: string; prose: string; ignoredFences: number }
  | { kind: 'line'; text: string }
  | { kind: 'cut' };

const FENCE = /^[ \t]*(`{3,}|~{3,})[ \t]*([\w+-]*)[^\n]*\n([\s\S]*?)^[ \t]*\1[ \t]*$/gm;
const OPEN_FENCE = /^[ \t]*(`{3,}|~{3,})[ \t]*(ts|typescript|js|javascript|)[ \t]*$/m;
const PROGRAM_LANGUAGES = new Set(['', 'ts', 'typescript', 'js', 'javascript', 'tsx', 'jsx', 'mjs']);

export function parseReply(text: string): Reply {
  const normal = text.replace(/\r\n?/g, '\n');
  const programs = [...normal.matchAll(FENCE)].filter((match) =>
    PROGRAM_LANGUAGES.has((match[2] ?? '').toLowerCase()),
  );
  const prose = normal.replace(FENCE, '').trim();
  const first = programs[0];
  if (first) {
    return { kind: 'program', source: first[3] ?? '', prose, ignoredFences: programs.length - 1 };
  }
  if (OPEN_FENCE.test(prose)) return { kind: 'cut' };
  return { kind: 'line', text: normal.trim() };
}
