/** Memory of this process and everything it started, from /proc (Linux). */
import { readdirSync, readFileSync } from 'node:fs';

export interface Memory {
  /** Resident, megabytes; pages that several processes share are counted for each of them. */
  rss: number;
  /** Proportional: shared pages are divided among those who share them. What the family really takes. */
  pss: number;
  processes: { pid: number; name: string; rss: number; pss: number }[];
}

export function familyMemory(root = process.pid): Memory {
  const processes = family(root).flatMap((pid) => {
    try {
      const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
      return { pid, name: nameOf(pid), rss: megabytes(rollup, 'Rss'), pss: megabytes(rollup, 'Pss') };
    } catch {
      return [];
    }
  });
  const sum = (of: 'rss' | 'pss') => processes.reduce((total, one) => total + one[of], 0);
  return { rss: sum('rss'), pss: sum('pss'), processes };
}

function family(root: number): number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const parent = parentOf(Number(entry));
    if (parent !== null) parents.set(Number(entry), parent);
  }
  const belongs = (pid: number): boolean => {
    if (pid === root) return true;
    const parent = parents.get(pid);
    return parent !== undefined && belongs(parent);
  };
  return [...parents.keys()].filter(belongs);
}

function parentOf(pid: number): number | null {
  try {
    // The second field is a name in brackets, which may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return Number(fields[1]);
  } catch {
    return null;
  }
}

/** The script of a Node process, else its command. */
function nameOf(pid: number): string {
  const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  const script = words.slice(1).find((word) => /\.[cm]?[jt]s$/.test(word));
  return (script ?? words[0] ?? '').split('/').slice(-2).join('/');
}

function megabytes(rollup: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1] ?? 0) / 1024;
}

/** "compose.ts 120 (80), …": resident and, in brackets, proportional megabytes. */
export function listProcesses({ processes }: Memory): string {
  return processes
    .filter(({ rss }) => rss >= 5)
    .map(({ name, rss, pss }) => `${name} ${rss.toFixed(0)} (${pss.toFixed(0)})`)
    .join(', ');
}
