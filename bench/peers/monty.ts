/** Pydantic's restricted Python interpreter, in process. Its JavaScript binding answers one call at a time. */
import { load, PEER_LIMITS, type Peer } from './peer.ts';

interface Monty {
  Monty: new (code: string) => object;
  runMontyAsync(program: object, options: object): Promise<unknown>;
}

export async function createMonty(): Promise<Peer> {
  const { Monty, runMontyAsync } = await load<Monty>('@pydantic/monty');
  const limits = { maxDurationSecs: PEER_LIMITS.ms / 1000, maxMemory: PEER_LIMITS.mb * 2 ** 20 };
  return {
    run: (program, tools) => runMontyAsync(new Monty(program), { externalFunctions: tools, limits }),
  };
}
