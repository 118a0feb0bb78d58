/**
 * Slack's limits as the referee enforces them, independent of the list that the bot's own rendering uses:
 * two readings of the documentation that must agree. Lengths in characters unless the name says otherwise.
 */
export const SLACK = {
  message: {
    blocks: 50,
    text: 40_000,
    /** `chat.update` is stricter than `chat.postMessage`. */
    updateText: 4_000,
    markdownText: 12_000,
    /** Visible text of all blocks together: Slack's own number is undocumented, about 13.2k was measured. */
    blocksText: 13_200,
    tables: 1,
    nativeCharts: 2,
    /** Undocumented: what a cautious app stays under. */
    metadataBytes: 16_000,
  },
  view: {
    blocks: 100,
    title: 24,
    submit: 24,
    close: 24,
    privateMetadata: 3_000,
    callbackId: 255,
    bytes: 250_000,
    stack: 3,
  },
  stream: { markdownText: 12_000, taskText: 256, blocks: 50, expiresMs: 5 * 60_000 },
  status: { loadingMessages: 10, expiresMs: 2 * 60_000 },
  prompts: 4,
  sessionTitle: 200,
  trigger: { ttlMs: 3_000 },
  responseUrl: { uses: 5, ttlMs: 30 * 60_000 },
  delivery: { ackMs: 3_000, retryDelaysMs: [0, 60_000, 300_000] },
  socketConnections: 10,
  fileBytes: 1_000_000_000,
  imageTypes: ['png', 'jpg', 'jpeg', 'gif'],
  /** The page size of thread reading for apps that are distributed commercially; ours is internal. */
  historyPage: 1_000,
} as const;
