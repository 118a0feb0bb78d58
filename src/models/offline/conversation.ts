/**
 * The messages of a request -> what they mean to the planner: a question to plan, a program's value to put
 * into words, or a failure to admit. The forms are those that agent/ writes (prompt.ts, observation.ts).
 */
import type { Message } from '../../agent/ports.ts';
import { type Plan, planOf } from './plan.ts';

export type Situation =
  | { kind: 'question'; text: string; hasFiles: boolean; before: Plan | null }
  | { kind: 'observation'; summary: string | null }
  | { kind: 'failure'; reason: string };

const FILES = '\nAttached tables';

export function situationOf(messages: Message[]): Situation {
  const last = messages.at(-1)?.text ?? '';
  const ran = messages.at(-2)?.role === 'assistant';
  if (ran && last.startsWith('Observation:')) return { kind: 'observation', summary: summaryIn(last) };
  if (ran && last.startsWith('Error:')) return { kind: 'failure', reason: reasonIn(last) };
  const files = last.indexOf(FILES);
  return {
    kind: 'question',
    text: files < 0 ? last : last.slice(0, files),
    hasFiles: files >= 0,
    before: planBefore(messages.slice(0, -1)),
  };
}

/** The plan of the latest earlier program that has one. */
function planBefore(messages: Message[]): Plan | null {
  const answers = messages.filter((message) => message.role === 'assistant');
  return answers.reduceRight<Plan | null>((found, message) => found ?? planOf(message.text), null);
}

function summaryIn(observation: string): string | null {
  const line = observation.split('\n').find((candidate) => candidate.startsWith('value: '));
  if (!line) return null;
  try {
    const value: unknown = JSON.parse(line.slice('value: '.length));
    const { summary } = (value ?? {}) as { summary?: unknown };
    return typeof summary === 'string' ? summary : null;
  } catch {
    return null;
  }
}

/** "TypeError at line 3: x is not a function" -> "x is not a function." */
function reasonIn(error: string): string {
  const [first = ''] = error.split('\n');
  const hint = /^hint: (.+)$/m.exec(error)?.[1];
  const message = first
    .replace(/^Error: \w*(?: at line \d+(?:, column \d+)?)?: /, '')
    .replace(/^Error: /, '');
  return [message, hint]
    .filter(Boolean)
    .map((part) => String(part).replace(/[.\s]*$/, '.'))
    .join(' ');
}
