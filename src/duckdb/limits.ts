/** Every limit of the database room, once. Sizes of rows, results and SQL text are core limits (agent/limits.ts). */
export const limits = {
  /** A statement is asked to stop after this time, again and again, and its process is killed after that. */
  interruptMs: 2_000,
  killMs: 3_000,
  /** Pause between two requests to stop. */
  interruptEveryMs: 20,
  /** Loading is our own code: it gets time in proportion to the bytes, beside the time of the statement. */
  loadBytesPerMs: 10_000,
  /** DuckDB's own limit, which some operators ignore. */
  memoryLimit: '256MB',
  /** `ulimit -d` of a child, kB. An idle child has about 700 MB of it, nearly all untouched address space. */
  dataLimitKb: 1_000_000,
  /** Resident memory of a child, and V8's part of it, in megabytes. */
  rssLimitMb: 700,
  heapMb: 192,
  /** A child is replaced after this many queries, so that fragmentation does not grow for ever. */
  jobsPerChild: 250,
  /** Instances that a child keeps open ahead of the queries that will use them: about 1 MB and 11 ms each. */
  spares: 4,
  /** Children above the warm one end after being idle this long, milliseconds. */
  idleMs: 60_000,
  /** Queries that may wait for a free child. */
  queue: 200,
  /** Data goes to a child in parts of about this size, several under way, so that neither waits for the other. */
  partBytes: 256_000,
  partsUnderWay: 4,
  partRows: 1_000,
  /** Hashing yields to the event loop after this many characters. */
  hashChars: 2_000_000,
  /** Rows that DuckDB reads and writes at a time (its vector size). */
  chunkRows: 2_048,
  /** Columns of a table, and nesting of an expression. */
  columns: 500,
  expressionDepth: '250',
  /**
   * A file that a person attached: rows, columns, and bytes of its rows as JSON, which is what is kept of it. A query
   * over the largest takes about 1.5 s, and reading it back from the store holds up its process for 0.2 s.
   */
  fileRows: 100_000,
  fileColumns: 200,
  fileJsonBytes: 25_000_000,
  /** What a workbook may unpack to. */
  unpackedBytes: 250_000_000,
  /** Reading one file: time, the process's heap and its resident memory. A workbook needs by far the most. */
  fileMs: 30_000,
  fileHeapMb: 700,
  fileRssMb: 1_000,
} as const;
