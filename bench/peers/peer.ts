/** Another sandbox that runs programs with host tools, as the comparison sees it. */

export type Tools = Record<string, (...args: unknown[]) => Promise<unknown>>;

export interface Peer {
  /** A fresh sandbox, the program in it, its value back. */
  run(program: string, tools: Tools): Promise<unknown>;
}

/** Limits that every peer gets, so that none is faster for being open to everything. */
export const PEER_LIMITS = { ms: 5_000, mb: 64 } as const;

/** A package of bench/package.json. The project compiles without it, so its types are given here. */
export async function load<T>(name: string): Promise<T> {
  return (await import(name)) as T;
}

export function arePeersInstalled(): boolean {
  try {
    for (const name of ['@pydantic/monty', '@utcp/code-mode', 'quickjs-emscripten'])
      import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}
