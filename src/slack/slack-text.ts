/**
 * Text as Slack delivers it -> text as a person wrote it: references become words, entities become characters,
 * our own mention disappears. Pure. The result is data for the model; on its way back it is escaped again.
 */

const REFERENCE = /<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>/g;

/** What was asked, without the mention of the bot. */
export function questionText(text: string, botUserId: string | undefined): string {
  const without = botUserId ? text.replace(mentionOf(botUserId), ' ') : text;
  return readable(without)
    .replace(/[ \t]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .trim();
}

/** References in words: "@U123" or its label, "#general", a link's address. */
function readable(text: string): string {
  return unescapeEntities(
    text.replace(REFERENCE, (_all, kind: string, id: string, label: string | undefined) => {
      if (kind === '@') return `@${label ?? id}`;
      if (kind === '#') return `#${label ?? id}`;
      if (kind === '!') return label ?? id.split('^')[0] ?? '';
      // "<mailto:a@b.c|a@b.c>" and "<http://aapl.com|aapl.com>": the label is what was typed.
      return label ?? id;
    }),
  );
}

function unescapeEntities(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

export function mentions(text: string, userId: string | undefined): boolean {
  return userId !== undefined && mentionOf(userId).test(text);
}

/** Whether somebody else than `userId` is mentioned: people, groups, or everybody. */
export function mentionsOthers(text: string, userId: string | undefined): boolean {
  return [...text.matchAll(REFERENCE)].some(
    ([, kind, id]) =>
      (kind === '@' && id !== userId) ||
      (kind === '!' && /^(here|channel|everyone|subteam\^)/.test(id ?? '')),
  );
}

function mentionOf(userId: string): RegExp {
  return new RegExp(`<@${userId}(?:\\|[^<>]*)?>`, 'g');
}
