/** Resident memory of another process. */
import { readFileSync } from 'node:fs';

/**
 * @returns megabytes, or null where the system does not tell (no /proc) or the process is gone
 */
export function residentMb(pid: number): number | null {
  try {
    const found = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return found ? Number(found[1]) / 1024 : null;
  } catch {
    return null;
  }
}
