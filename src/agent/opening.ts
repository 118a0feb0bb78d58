/** The first step of a run: which tools there are now, and what was said before in the thread. */
import { declare } from './declaration.ts';
import { AnalystError } from './errors.ts';
import type { Exchange, Question } from './question.ts';
import type { ToolBox } from './tool.ts';

/** What the run knows of the tools, recorded so that a replay sees the same ones. */
export interface Opening {
  tools: { name: string; durable: boolean }[];
  declarations: string[];
  unavailable: { server: string; reason: string }[];
  asOf?: string;
  history: Exchange[];
}

/** @throws AnalystError unavailable when no server answers: there would be nothing to compute with */
export async function open(
  question: Question,
  deps: { toolBox: ToolBox; history(question: Question): Promise<Exchange[]> },
): Promise<Opening> {
  const { toolBox, history } = deps;
  const { tools, unavailable, asOf } = await toolBox.open();
  if (unavailable.length > 0 && tools.length === toolBox.own.length) {
    const reasons = unavailable.map(({ server, reason }) => `${server}: ${reason}`).join('; ');
    throw new AnalystError('unavailable', `No data source could be reached (${reasons}).`, {
      retryable: true,
      hint: 'Check the servers in mcp.json and their settings.',
    });
  }
  return {
    tools: tools.map(({ name, durable }) => ({ name, durable })),
    declarations: tools.map(declare),
    unavailable,
    ...(asOf ? { asOf } : {}),
    history: await history(question),
  };
}
