/** What a benchmark is, and what it finds. Each runs in a process of its own, so that none inherits another's heap. */

/** One line of the table. */
export interface Finding {
  what: string;
  /** As it is shown in front of the goal: "4.2 ms", "0.41 x", "312 MB". */
  value: number;
  unit: 'ms' | 'x' | 'MB' | '/s' | '';
  /** 95th percentile, in the same unit. */
  p95?: number;
  /** Most that is allowed. Absent: a figure to know, or one to compare with. */
  atMost?: number;
  /** Anything a reader needs to judge it. */
  note?: string;
}

export interface Item {
  /** As in `npm run bench -- NAME`. */
  name: string;
  title: string;
  run(): Promise<Finding[]>;
}

/** A finding without a goal is neither. */
export function isMet({ value, atMost }: Finding): boolean | null {
  return atMost === undefined ? null : value <= atMost;
}
