/** Every limit of the core, once. Sizes in bytes of JSON text, times in milliseconds. */
export const LIMITS = {
  /** Model turns for one question. */
  turns: 5,
  /** A step is never retried later than this, whatever a server asks for: people wait for the answer. */
  retryAfterMs: 600_000,
  /** What later turns see of an earlier reply. */
  replyChars: 200_000,
  /** Blocks of one report. */
  blocks: 40,
  /** Rows of one table block, and of one query result. */
  tableRows: 1_000,
  queryRows: 10_000,
  /** Points of one chart. */
  chartPoints: 15_000,
  /** A program as the model writes it. */
  programBytes: 64_000,
  /** Time a program may compute, waiting for its calls not counted. */
  programMs: 5_000,
  /** Heap of one isolate, and resident memory of its process, in megabytes. */
  programHeapMb: 64,
  programRssMb: 400,
  /** Calls of one program, and calls in flight. */
  calls: 400,
  callsInFlight: 64,
  /** One result that enters the sandbox. */
  valueBytes: 3_000_000,
  /** The value that a program returns, of which the model reads the beginning. */
  returnBytes: 1_000_000,
  /**
   * The arguments of all calls under way at once (a program hands whole price series on to `query`); and what of
   * them is not a whole string, where each object and list counts as so many bytes more. It is the parent that
   * reads them, and all others wait meanwhile.
   */
  argumentsBytes: 12_000_000,
  argumentPartsBytes: 1_500_000,
  argumentObjectBytes: 20,
  /** All results that one program is given: the parent keeps them until it has ended. */
  resultsBytes: 64_000_000,
  /** Console output kept of one program, and of one line of it. */
  logBytes: 65_536,
  logLineBytes: 4_096,
  /** What the model reads of a program's value and of its console. */
  observationBytes: 6_000,
  /** The result of a durable step; the engine fails the whole run at about 4 MB. */
  stepBytes: 3_500_000,
  /** A question, and how many earlier exchanges the model sees. */
  questionBytes: 10_000,
  history: 8,
  /** Numbers in one list given to a statistics tool: these compute in the parent process. */
  seriesValues: 50_000,
  /** SQL text. */
  sqlBytes: 20_000,
} as const;
