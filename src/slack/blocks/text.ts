/**
 * Text on its way to Slack. Everything that comes from a model, from data or from people passes one of
 * these, so that no mention, link or image is ever made by it. Where Slack allows it, `plain` is used: Slack
 * reads no markup in it.
 */
import type { MrkdwnElement, PlainTextElement } from '@slack/types';

/**
 * Slack's three control characters become entities: without them there is no `<!channel>`, `<@U…>` or
 * `<https://…|label>`. An address gets an invisible space, so that no client makes a link of it either.
 */
export function escapeMrkdwn(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('://', ':\u200B//')
    .replace(/mailto:/gi, 'mailto\u200B:');
}

/** At most `length` characters (an ellipsis included), never half of a surrogate pair. */
export function fit(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = text.slice(0, length - 1);
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/** Escaped text of at most `length` characters; an entity is never cut in two. */
export function fitEscaped(text: string, length: number): string {
  let kept = fit(text, length);
  let escaped = escapeMrkdwn(kept);
  while (escaped.length > length) {
    kept = fit(text, kept.length - Math.max(1, Math.ceil((escaped.length - length) / 5)));
    escaped = escapeMrkdwn(kept);
  }
  return escaped;
}

/** Text without any markup. Slack refuses an empty text, so that nothing becomes a dash. */
export function plain(text: string, length: number): PlainTextElement {
  return { type: 'plain_text', text: fit(text.trim() === '' ? '–' : text, length), emoji: false };
}

/** Markup of our own around escaped text. Verbatim: Slack makes no links of what looks like one. */
export function mrkdwn(text: string): MrkdwnElement {
  return { type: 'mrkdwn', text, verbatim: true };
}

/** A fixed-width block: fences inside the text lose their meaning, whatever the text is. */
export function preformatted(text: string, length: number): MrkdwnElement {
  return mrkdwn(`\`\`\`${fitEscaped(text.replaceAll('```', "'''"), length - 6)}\`\`\``);
}
