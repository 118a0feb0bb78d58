/**
 * Slack's two ways to write (mrkdwn and Markdown) as DOM nodes. Everything is made with textContent: what a
 * message says is never parsed as HTML.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(
    ...children
      .flat(Number.POSITIVE_INFINITY)
      .filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

const link = (url, text) =>
  h('a', { href: /^(https?|mailto):/.test(url) ? url : '#', target: '_blank', rel: 'noreferrer' }, text);
const decode = (text) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

const EMOJI = {
  white_check_mark: '✅',
  warning: '⚠️',
  x: '❌',
  hourglass: '⏳',
  hourglass_flowing_sand: '⏳',
  large_green_circle: '🟢',
  white_circle: '⚪',
  red_circle: '🔴',
  chart_with_upwards_trend: '📈',
  bar_chart: '📊',
  mag: '🔍',
  lock: '🔒',
  wave: '👋',
  thumbsup: '👍',
  thumbsdown: '👎',
  arrows_counterclockwise: '🔄',
  octagonal_sign: '🛑',
};

/** Each rule: what to look for, and the node it becomes. The first that matches earliest wins. */
const SHARED = [
  [/```\n?([\s\S]+?)```/, (_, code) => h('pre', {}, h('code', {}, decode(code)))],
  [/`([^`\n]+)`/, (_, code) => h('code', {}, decode(code))],
  [/<@([A-Z0-9]+)(?:\|[^>]*)?>/, (_, id, names) => h('span', { class: 'mention' }, `@${names[id] ?? id}`)],
  [/<!(channel|here|everyone)[^>]*>/, (_, range) => h('span', { class: 'mention' }, `@${range}`)],
  // A moment in the reader's own time, in one form for all of Slack's.
  [/<!date\^(\d+)\^[^>]*>/, (_, seconds) => new Date(seconds * 1000).toLocaleString()],
  [
    /<((?:https?|mailto):[^>|]+)(?:\|([^>]*))?>/,
    (_, url, text) => link(decode(url), decode(typeof text === 'string' ? text : url)),
  ],
  [/https?:\/\/[^\s<>|)]+/, (url) => link(url, url)],
  [/:([a-z_+0-9]+):/, (all, name) => EMOJI[name] ?? all],
];
const MRKDWN = [
  ...SHARED,
  [/(?<![\w*])\*([^*\n]+)\*(?![\w*])/, (_, text, names) => h('strong', {}, mrkdwn(text, names))],
  [/(?<!\w)_([^_\n]+)_(?!\w)/, (_, text, names) => h('em', {}, mrkdwn(text, names))],
  [/(?<!\w)~([^~\n]+)~(?!\w)/, (_, text, names) => h('s', {}, mrkdwn(text, names))],
];
const INLINE_MARKDOWN = [
  ...SHARED,
  [/\[([^\]]+)\]\(([^)\s]+)\)/, (_, text, url) => link(url, text)],
  [/\*\*([^*]+)\*\*/, (_, text, names) => h('strong', {}, inline(text, names, INLINE_MARKDOWN))],
  [
    /(?<![\w*])[*_]([^*_\n]+)[*_](?![\w*])/,
    (_, text, names) => h('em', {}, inline(text, names, INLINE_MARKDOWN)),
  ],
];

function inline(text, names, rules) {
  const nodes = [];
  let rest = text;
  while (rest !== '') {
    let best = null;
    for (const [pattern, make] of rules) {
      const match = pattern.exec(rest);
      if (match && (best === null || match.index < best.match.index)) best = { match, make };
    }
    if (best === null) break;
    const { match, make } = best;
    if (match.index > 0) nodes.push(decode(rest.slice(0, match.index)));
    nodes.push(make(...match, names));
    rest = rest.slice(match.index + match[0].length);
  }
  if (rest !== '') nodes.push(decode(rest));
  return nodes;
}

export const mrkdwn = (text, names) => inline(text, names, MRKDWN);

/** Paragraphs, headings, lists, quotes and fenced code. */
export function markdown(text, names) {
  const nodes = [];
  for (const part of text.split(/(```[\s\S]*?```)|\n{2,}/).filter(Boolean)) {
    const heading = /^(#{1,6})\s+(.*)$/.exec(part);
    const lines = part.split('\n');
    if (heading) nodes.push(h('h3', {}, inline(heading[2], names, INLINE_MARKDOWN)));
    else if (lines.every((line) => /^\s*([-*]|\d+\.)\s/.test(line))) {
      const items = lines.map((line) =>
        h('li', {}, inline(line.replace(/^\s*([-*]|\d+\.)\s/, ''), names, INLINE_MARKDOWN)),
      );
      nodes.push(h('ul', {}, items));
    } else nodes.push(h('p', {}, inline(part, names, INLINE_MARKDOWN)));
  }
  return nodes;
}
