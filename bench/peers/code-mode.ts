/**
 * UTCP's code mode: isolated-vm in process. Its client's own registry of tools is left out, which flatters it;
 * a tool takes one object, and answers before the next is called.
 */
import { load, PEER_LIMITS, type Peer, type Tools } from './peer.ts';

interface Client {
  getTools(): Promise<object[]>;
  callTool(name: string, args: { args: unknown[] }): Promise<unknown>;
  callToolChain(
    code: string,
    timeoutMs: number,
    memoryMb: number,
  ): Promise<{ result: unknown; logs: string[] }>;
}

interface CodeMode {
  CodeModeUtcpClient: { create(): Promise<Client> };
}

export async function createCodeMode(): Promise<Peer> {
  const { CodeModeUtcpClient } = await load<CodeMode>('@utcp/code-mode');
  const client = await CodeModeUtcpClient.create();
  return {
    async run(program, tools) {
      const names = Object.keys(tools);
      client.getTools = async () =>
        names.map((name) => ({ name: `host.${name}`, description: '', inputs: {}, outputs: {}, tags: [] }));
      client.callTool = (name, { args }) => callOf(tools, name)(...args);
      const functions = names.map((name) => `const ${name} = (...args) => host.${name}({ args });`);
      const code = `${functions.join('\n')}\n${program}`;
      const { result, logs } = await client.callToolChain(code, PEER_LIMITS.ms, PEER_LIMITS.mb);
      if (logs.length > 0) throw new Error(logs.join('\n'));
      return result;
    },
  };
}

function callOf(tools: Tools, name: string) {
  const tool = tools[name.replace('host.', '')];
  if (!tool) throw new Error(`no tool ${name}`);
  return tool;
}
