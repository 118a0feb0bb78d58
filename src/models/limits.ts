/** The limits of this room, once. Times in milliseconds. */
export const limits = {
  /** A model server that sends nothing for this long is given up; long answers are fine while they move. */
  stallMs: 120_000,
  /** One reply in all, however much it moves, and its bytes on the wire: a reply is some hundred kilobytes. */
  replyMs: 600_000,
  replyBytes: 20_000_000,
  /** Thinking and answer together. Every current Claude model allows it; a program is at most 64 kB. */
  outputTokens: 32_000,
  /** What is quoted of a server's own words about an error. */
  quotedCharacters: 300,
} as const;
