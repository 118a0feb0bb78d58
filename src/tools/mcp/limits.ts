/** Every limit of the MCP client, once. Times in milliseconds. A server is somebody else's program. */
export const limits = {
  /** From the start of a server to its answer to `initialize`. */
  startMs: 10_000,
  /** Listing the tools of a connected server. */
  listMs: 10_000,
  /** One call, where mcp.json says nothing else. */
  callMs: 30_000,
  /** How long a server may take to end by itself when its input is closed. */
  endMs: 500,
  /** A server that keeps failing is started again after this, doubled each time, at most `longestPauseMs`. */
  pauseMs: 500,
  longestPauseMs: 30_000,
  /** Calls that a server works on at once, and calls that wait for their turn. */
  callsInFlight: 16,
  callsWaiting: 512,
  /** Bytes, and messages that we must look at, that a server may send between two answers: else, a flood. */
  unansweredBytes: 16_000_000,
  unansweredMessages: 500,
  /** Lines of an event stream within `windowMs`: about three a message. */
  windowLines: 5_000,
  windowMs: 10_000,
  /** Levels of nesting of an answer. Deeper ones overflow the stack of whoever walks through them. */
  depth: 64,
  /** Tools and pages of tools that one server may list. */
  tools: 64,
  pages: 10,
  /** Characters of a server's stderr, and of a message of its, that are shown. */
  stderrChars: 2_000,
  messageChars: 500,
} as const;
