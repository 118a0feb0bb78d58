/** What the Home tab says of the tools: a line for each source of data with its state, one for what we compute. */
import type { ToolBox } from '../agent/tool.ts';
import type { Capability } from './blocks/home.ts';

/** Connects to the sources that are not connected yet. */
export async function describeTools(toolBox: ToolBox): Promise<Capability[]> {
  const { tools, unavailable, asOf } = await toolBox.open();
  const sources = new Map<string, string[]>();
  for (const { origin, name } of tools) {
    if (origin) sources.set(origin, [...(sources.get(origin) ?? []), name]);
  }
  const until = asOf ? ` Bundled prices, to ${asOf}.` : '';
  return [
    ...[...sources].map(
      ([name, functions]): Capability => ({
        name,
        description: `${functions.map(readable).join(', ')}.${until}`,
        state: 'ready',
      }),
    ),
    ...unavailable.map(
      ({ server, reason }): Capability => ({ name: server, description: reason, state: 'failing' }),
    ),
    {
      name: 'Analysis',
      description: toolBox.own.map((tool) => readable(tool.name)).join(', '),
      state: 'ready',
    },
  ];
}

/** `max_drawdown` -> `max drawdown`: names for people, not for programs. */
function readable(name: string): string {
  return name.replaceAll('_', ' ');
}
