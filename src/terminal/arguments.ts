/** The command line, checked. */
import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run ask -- "question" [options]

  --json            one JSON object on stdout, nothing else
  --show-program    show the program behind the answer
  --thread NAME     go on with the conversation of that name
  --program FILE    run this program in place of the model's first turn
  --model NAME      model to ask ("offline" for the planner)
  --out DIR         folder for the charts (default: charts-out)
  --resume RUN      finish a run that was interrupted
  --tools           print the functions that a program can call
  --prompt          print the whole system prompt
  --help            this text`;

export interface AskOptions {
  question: string;
  json: boolean;
  showProgram: boolean;
  thread?: string;
  program?: string;
  model?: string;
  out: string;
  resume?: string;
}

export interface Command {
  command: 'ask' | 'resume' | 'tools' | 'prompt' | 'help';
  options: AskOptions;
}

export function parseArguments(args: string[]): Command | { problem: string } {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        'show-program': { type: 'boolean', default: false },
        thread: { type: 'string' },
        program: { type: 'string' },
        model: { type: 'string' },
        out: { type: 'string', default: 'charts-out' },
        resume: { type: 'string' },
        tools: { type: 'boolean', default: false },
        prompt: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const { 'show-program': showProgram, tools, prompt, help, ...rest } = values;
    const options = { ...rest, showProgram, question: positionals.join(' ').trim() };
    if (help) return { command: 'help', options };
    if (tools) return { command: 'tools', options };
    if (prompt) return { command: 'prompt', options };
    if (options.resume) return { command: 'resume', options };
    if (options.question || options.program) return { command: 'ask', options };
    return { problem: 'There is no question.' };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
