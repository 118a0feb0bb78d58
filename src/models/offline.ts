/**
 * No model at all: an honest planner for a first run without a key. It knows a few shapes of question about
 * closing prices, writes a program for them like any model would, and says so when it does not understand.
 * Its answers are labelled. It reads nothing but the request, so that a replay writes the same program.
 */
import type { Model, ModelReply } from '../agent/ports.ts';
import { NO_USAGE } from '../agent/report.ts';
import { situationOf } from './offline/conversation.ts';
import * as help from './offline/help.ts';
import { describePlan } from './offline/plan.ts';
import { writeProgram } from './offline/program.ts';
import { understand } from './offline/understand.ts';

const TODAY = /^Today is (\d{4}-\d{2}-\d{2})\./m;

export function createOffline(): Model {
  return {
    name: 'offline planner',
    async complete({ system, messages }) {
      const situation = situationOf(messages);
      if (situation.kind === 'failure') return say(help.programFailed(situation.reason));
      if (situation.kind === 'observation') return say(situation.summary ?? 'The report is below.');
      if (situation.hasFiles) return say(help.cannotReadFiles());
      const today = TODAY.exec(system)?.[1] ?? new Date().toISOString().slice(0, 10);
      const understood = understand(situation.text, situation.before, today);
      if ('line' in understood) return say(understood.line);
      const program = writeProgram(understood.plan, understood.unknown, today);
      return reply(`${describePlan(understood.plan)}\n\n\`\`\`ts\n${program}\`\`\``);
    },
  };
}

function say(line: string): ModelReply {
  return reply(help.labelled(line));
}

function reply(text: string): ModelReply {
  return { text, stop: 'end', usage: NO_USAGE };
}
