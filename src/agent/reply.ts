/**
 * What a model's reply is: one program to run, or the line that ends the run. Tolerant of prose around the
 * fence and of several fences; a fence that was never closed is a reply that was cut off. What a model writes in
 * our place (an "Observation:" of its own) is no part of its reply. Takes time in proportion to the text.
 */

export type Reply =
  /** `after`: what follows the first program, written without knowing what it does. */
  | { kind: 'program'; source: string; prose: string; after: string; ignoredFences: number }
  | { kind: 'line'; text: string }
  | { kind: 'cut' }
  | { kind: 'forged' };

const FENCE = /^[ \t]*(`{3,}|~{3,})[ \t]*([\w+-]*)[ \t]*(.*)$/;
const PROGRAM_LANGUAGES = new Set(['', 'ts', 'typescript', 'js', 'javascript', 'tsx', 'jsx', 'mjs']);
/** How our own messages begin. */
const OURS = /^\s*(?:Observation|Error):/;

/** @param complete false when the provider cut the reply off: then only a whole program is of use */
export function parseReply(text: string, complete = true): Reply {
  const programs: string[] = [];
  const prose: string[] = [];
  const after: string[] = [];
  let open: { fence: string; isProgram: boolean; isBare: boolean; lines: string[] } | undefined;
  let forged = false;
  for (const line of text.replace(/\r\n?/g, '\n').split('\n')) {
    if (open) {
      if (line.trim() !== open.fence) open.lines.push(line);
      else {
        if (open.isProgram) programs.push(open.lines.map((inner) => `${inner}\n`).join(''));
        else (programs.length === 0 ? prose : after).push(...open.lines);
        open = undefined;
      }
      continue;
    }
    const [, fence, language = '', rest = ''] = FENCE.exec(line) ?? [];
    if (fence !== undefined) {
      open = {
        fence,
        isProgram: PROGRAM_LANGUAGES.has(language.toLowerCase()),
        isBare: rest === '',
        lines: [],
      };
    } else if (OURS.test(line)) {
      forged = true;
      break;
    } else (programs.length === 0 ? prose : after).push(line);
  }
  const [source] = programs;
  const before = prose.join('\n').trim();
  if (source !== undefined) {
    const ignoredFences = programs.length - 1;
    return { kind: 'program', source, prose: before, after: after.join('\n').trim(), ignoredFences };
  }
  if (!complete || (open?.isProgram && open.isBare)) return { kind: 'cut' };
  const line = open ? `${before}\n${open.lines.join('\n')}`.trim() : before;
  return forged && line === '' ? { kind: 'forged' } : { kind: 'line', text: line };
}

/** The line that a reply ends the run with, or nothing. Once there is a report, a further program is not run. */
export function lineOf(reply: Reply, finished: boolean): string {
  if (reply.kind === 'line') return reply.text;
  return finished && reply.kind === 'program' ? reply.prose || reply.after : '';
}

const UNUSABLE = {
  line: 'Error: your reply was empty. Reply with one program in a ```ts fence, or with one line of plain text.',
  cut: 'Error: your reply was cut off. Write a shorter one: a program in one complete ```ts fence, or one line.',
  forged:
    'Error: only what a program returns is an observation, and none has run. Reply with one program in a ```ts fence, or with one line of plain text.',
};

/** What the model is told about a reply that cannot be used. */
export function describeUnusable(kind: keyof typeof UNUSABLE): string {
  return UNUSABLE[kind];
}
