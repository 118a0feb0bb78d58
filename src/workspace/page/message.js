/** One message: who, when, what can be done with it, its blocks and files. */
import { render } from './blocks.js';
import { h, mrkdwn } from './text.js';

const COLOURS = ['#1264a3', '#2eb67d', '#e01e5a', '#b7791f', '#5b4ccc', '#0b7285'];
const colour = (name) =>
  COLOURS[[...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % COLOURS.length];

export function message(one, inThread, { state, act, go }) {
  const press = (blockId, actionId, value) =>
    act('click', { channel: one.channel, ts: one.ts, actionId, blockId, value });
  const body =
    one.blocks.length > 0
      ? one.blocks.map((block) => render(block, press, state.names))
      : [h('p', {}, mrkdwn(one.text, state.names))];
  const files = one.files.map((file) =>
    file.image
      ? h(
          'figure',
          {},
          h('figcaption', {}, file.title),
          h('img', { class: 'picture', src: `/page/file/${file.id}`, alt: file.title }),
        )
      : h(
          'div',
          { class: 'plan' },
          '📄 ',
          h('a', { href: `/page/file/${file.id}`, download: file.name }, file.title),
          h('span', { class: 'soft' }, ` ${file.bytes} bytes`),
        ),
  );
  const tool = (label, handler) => h('button', { type: 'button', class: 'plain', onclick: handler }, label);
  const mine = one.user === state.me.id;
  const tools = [
    inThread ? null : tool('Reply', () => go({ thread: one.ts })),
    ...state.shortcuts.map((shortcut) =>
      tool(shortcut.name, () =>
        act('shortcut', { callbackId: shortcut.callbackId, channel: one.channel, ts: one.ts }),
      ),
    ),
    mine ? tool('Edit', () => edit(one, act)) : null,
    mine ? tool('Delete', () => act('remove', { channel: one.channel, ts: one.ts })) : null,
  ];
  return h(
    'article',
    { class: `message ${one.private ? 'private' : ''}` },
    h('div', { class: 'avatar', style: `background:${colour(one.author)}` }, one.author[0].toUpperCase()),
    h(
      'div',
      { class: 'body' },
      h(
        'div',
        { class: 'by' },
        h('b', {}, one.author),
        one.isBot ? h('span', { class: 'badge' }, 'APP') : null,
        h(
          'time',
          {},
          new Date(Number(one.ts) * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }),
        ),
        one.edited ? h('span', { class: 'soft' }, '(edited)') : null,
        one.private ? h('span', { class: 'soft' }, 'Only visible to you') : null,
        h('span', { class: 'tools' }, tools),
      ),
      body,
      files,
      one.expired ? h('div', { class: 'wrong' }, 'This stream was ended by Slack.') : null,
      !inThread && one.replies > 0
        ? h(
            'button',
            { type: 'button', class: 'plain', onclick: () => go({ thread: one.ts }) },
            `${one.replies} ${one.replies === 1 ? 'reply' : 'replies'}`,
          )
        : null,
    ),
  );
}

function edit(one, act) {
  const text = prompt('Edit message', one.text);
  if (text !== null && text !== one.text) act('edit', { channel: one.channel, ts: one.ts, text });
}
