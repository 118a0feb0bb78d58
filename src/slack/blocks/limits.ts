/**
 * Slack's limits on what is shown, as data, and how much of them one answer uses.
 * Source: Slack's Block Kit reference; where Slack gives no figure, what its API was seen to refuse.
 * Lengths in characters.
 */
export const BLOCK_LIMITS = {
  messageBlocks: 50,
  viewBlocks: 100,
  headerText: 150,
  sectionText: 3_000,
  sectionFields: 10,
  fieldText: 2_000,
  actionsElements: 25,
  contextElements: 10,
  altText: 2_000,
  imageTitle: 2_000,
  tableRows: 100,
  tableColumns: 20,
  /** Slack refuses a second one, whatever its kind. */
  tablesPerMessage: 1,
  buttonText: 75,
  buttonValue: 2_000,
  url: 3_000,
  viewTitle: 24,
  privateMetadata: 3_000,
  /** All text of the blocks of one message; Slack refuses somewhat above 13,000. */
  messageBlockText: 12_000,
  messageText: 40_000,
  suggestedPrompts: 4,
} as const;

/** How much of an answer is shown where; the rest is in the files. */
export const ANSWER_LIMITS = {
  /** Messages of one answer; what does not fit goes into files. */
  messages: 3,
  /** Rows of one table that a person reads in a thread. */
  tableRows: 20,
  /** Text of one table, so that a wide one leaves room for the rest. */
  tableText: 5_000,
  cellText: 200,
  summaryText: 2_900,
  labelText: 150,
  noteText: 300,
  /** Text kept for the source line, the buttons and the feedback at the end of the first message. */
  footerText: 1_200,
  footerBlocks: 4,
  /** A program shown in its window, in pieces of one section each. */
  programText: 24_000,
  calls: 40,
} as const;
