/** Every limit of this room. The number of points of one chart is among the core's limits. */
export const limits = {
  /** Logical pixels of a picture, each way and in all; an ordinary one has 800 × 400. */
  side: 2_400,
  area: 2_400_000,
  /** Compiling, laying out and drawing one picture, in milliseconds; an ordinary one takes 40. */
  drawMs: 5_000,
  rssMb: 600,
  heapMb: 256,
  /** Pictures waiting. */
  queue: 200,
  /** After a picture, until a drawing process gives memory back; and after how many at the latest. */
  restMs: 1_000,
  picturesBeforeRest: 40,
  /** A drawing process is ended after this long without work: it holds about 110 MB. */
  idleMs: 60_000,
  /** Vega keeps what it has seen in caches of its own. */
  jobsPerChild: 500,
  /** A specification of the model's own: JSON text, nesting, and views (layers, facets, concatenations). */
  specBytes: 4_000_000,
  specDepth: 24,
  specViews: 60,
  /** One expression of it. */
  expressionChars: 1_000,
} as const;
