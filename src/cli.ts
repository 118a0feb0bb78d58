/**
 * The analyst from a terminal: one question, one answer, through the same durable function as in Slack.
 * Progress goes to stderr, the answer to stdout. Exit codes: 0 answered, 1 answered with an error, 2 wrong
 * use, 130 stopped.
 */
import { toErrorRecord } from './agent/errors.ts';
import { ask, resume, showPrompt } from './ask.ts';
import { readConfig } from './config.ts';
import { parseArguments, USAGE } from './terminal/arguments.ts';

const EXIT_WRONG_USE = 2;

async function main(): Promise<number> {
  const parsed = parseArguments(process.argv.slice(2));
  if ('problem' in parsed) {
    process.stderr.write(`${parsed.problem}\n\n${USAGE}\n`);
    return EXIT_WRONG_USE;
  }
  const { command, options } = parsed;
  if (command === 'help') {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const config = { ...readConfig(), ...(options.model ? { MODEL: options.model } : {}) };
  if (command === 'tools' || command === 'prompt') return showPrompt(config, command);
  return command === 'resume' ? resume(config, options) : ask(config, options);
}

try {
  process.exitCode = await main();
} catch (error) {
  const { message, hint } = toErrorRecord(error);
  process.stderr.write(`${message}\n${hint ? `${hint}\n` : ''}`);
  process.exitCode = EXIT_WRONG_USE;
}
