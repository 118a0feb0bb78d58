/**
 * The page: one snapshot of the workspace, drawn anew whenever the server says that it changed. All state
 * beyond the snapshot (who I am, where I am) is in the address, so that a reload changes nothing.
 */
import { render } from './blocks.js';
import { message } from './message.js';
import { h } from './text.js';

const place = new URLSearchParams(location.hash.slice(1));
const side = document.getElementById('side');
const main = document.getElementById('channel');
const aside = document.getElementById('thread');
const overlay = document.getElementById('overlay');
let state = null;

const go = (changes) => {
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) place.delete(name);
    else place.set(name, value);
  }
  history.replaceState(null, '', `#${place}`);
  return refresh();
};

async function act(kind, fields) {
  const response = await fetch('/page/act', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind, as: state.me.name, ...fields }),
  });
  const answer = await response.json();
  if (answer.error) alert(answer.error);
}

async function refresh() {
  const response = await fetch(`/page/state?${place}`);
  state = await response.json();
  draw();
}

/** What a message needs of the page. */
const page = () => ({ state, act, go });

async function readFiles(files) {
  return Promise.all(
    [...files].map(async (file) => {
      const bytes = new Uint8Array(await file.arrayBuffer());
      return {
        name: file.name,
        base64: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')),
      };
    }),
  );
}

function composer(key, label, send) {
  const box = h('textarea', { class: 'box', placeholder: label, 'aria-label': label, 'data-key': key });
  const files = h('input', { class: 'attach', type: 'file', multiple: true, 'aria-label': 'Attach files' });
  const submit = async (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (text === '' && files.files.length === 0) return;
    const uploads = await readFiles(files.files);
    box.value = '';
    files.value = '';
    await send(text, uploads);
  };
  box.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey) submit(event);
  });
  return h(
    'form',
    { class: 'composer', onsubmit: submit },
    box,
    files,
    h('button', { class: 'press primary' }, 'Send'),
  );
}

function say(channel, thread) {
  return (text, files) => {
    const command = /^(\/\w+)\s*([\s\S]*)$/.exec(text);
    if (command) return act('command', { name: command[1], text: command[2], channel });
    return act('say', { text, channel, thread, files });
  };
}

/** Replaces the panel's content, but keeps what is being typed and where the reader is. */
function fill(panel, key, head, list, status, composerForm) {
  const typed = panel.querySelector('textarea');
  const keep = panel.dataset.key === key ? composerForm && panel.querySelector('form.composer') : null;
  const old = panel.querySelector('.list');
  const atEnd = panel.dataset.key !== key || !old || old.scrollTop + old.clientHeight > old.scrollHeight - 80;
  const from = old?.scrollTop ?? 0;
  const focused = typed !== null && document.activeElement === typed;
  const body = h('div', { class: 'list' }, list);
  panel.replaceChildren(
    h('div', { class: 'head' }, head),
    body,
    h('div', { class: 'status' }, status),
    keep ?? composerForm ?? '',
  );
  panel.dataset.key = key;
  body.scrollTop = atEnd ? body.scrollHeight : from;
  if (focused && keep) keep.querySelector('textarea').focus();
  for (const picture of body.querySelectorAll('img')) {
    if (atEnd) picture.addEventListener('load', () => (body.scrollTop = body.scrollHeight));
  }
}

function draw() {
  const { channel } = state;
  const item = (label, here, handler) =>
    h('button', { type: 'button', class: here ? 'item here' : 'item', onclick: handler }, label);
  side.replaceChildren(
    h('h1', {}, state.team),
    h(
      'select',
      {
        class: 'who',
        'aria-label': 'I am',
        onchange: (event) => go({ as: event.target.value, thread: null }),
      },
      state.people.map((name) => h('option', { value: name, selected: name === state.me.name }, name)),
    ),
    h('h2', {}, 'Channels'),
    ...state.channels.map((one) =>
      item(`# ${one.name}`, one.id === channel?.id, () => go({ channel: one.id, thread: null, tab: null })),
    ),
    h('h2', {}, 'Apps'),
    item('analyst', channel?.id === state.direct && place.get('tab') !== 'home', () =>
      go({ channel: state.direct, thread: null, tab: 'messages' }).then(() =>
        act('openApp', { tab: 'messages' }),
      ),
    ),
    item('analyst · Home', place.get('tab') === 'home', () =>
      go({ channel: state.direct, thread: null, tab: 'home' }).then(() => act('openApp', { tab: 'home' })),
    ),
    h('p', { class: 'link' }, state.connected ? 'The bot is connected.' : 'The bot is not connected.'),
  );
  if (place.get('tab') === 'home') drawHome();
  else drawChannel();
  drawThread();
  drawModal();
}

function drawHome() {
  const press = (blockId, actionId, value) =>
    act('click', { view: state.home?.id, actionId, blockId, value });
  const body = state.home
    ? state.home.blocks.map((block) => render(block, press, state.names))
    : [h('p', {}, 'The app has not published a Home yet.')];
  fill(main, 'home', 'analyst', h('div', { class: 'home' }, body), '', null);
}

function drawChannel() {
  const { channel } = state;
  const label = channel.id === state.direct ? 'Message analyst' : `Message #${channel.name}`;
  const prompts =
    channel.id === state.direct
      ? state.prompts.map((one) =>
          h(
            'button',
            {
              type: 'button',
              class: 'press',
              onclick: () => act('say', { text: one.message, channel: channel.id }),
            },
            one.title,
          ),
        )
      : [];
  fill(
    main,
    `${channel.id}:${state.me.id}`,
    channel.id === state.direct ? 'analyst' : `# ${channel.name}`,
    state.messages.map((one) => message(one, false, page())),
    prompts,
    composer(channel.id, label, say(channel.id)),
  );
}

function drawThread() {
  aside.hidden = !state.thread;
  if (!state.thread) return;
  const root = state.thread.messages[0];
  const stop = state.thread.stoppable
    ? h(
        'button',
        {
          type: 'button',
          class: 'press danger',
          onclick: () => act('stop', { channel: root.channel, ts: root.ts }),
        },
        'Stop',
      )
    : null;
  const head = [
    'Thread',
    h('button', { type: 'button', class: 'plain end', onclick: () => go({ thread: null }) }, 'Close'),
  ];
  fill(
    aside,
    root.ts,
    head,
    state.thread.messages.map((one) => message(one, true, page())),
    [state.thread.status ? `analyst ${state.thread.status} ` : '', stop].filter(Boolean),
    composer(root.ts, 'Reply…', say(root.channel, root.ts)),
  );
}

function drawModal() {
  const { modal } = state;
  overlay.hidden = !modal;
  if (!modal || overlay.dataset.hash === modal.hash + JSON.stringify(modal.errors)) return;
  overlay.dataset.hash = modal.hash + JSON.stringify(modal.errors);
  const press = (blockId, actionId, value) => act('click', { view: modal.id, actionId, blockId, value });
  const submit = (event) => {
    event.preventDefault();
    act('submit', { typed: Object.fromEntries(new FormData(event.target)) });
  };
  const body = modal.blocks.map((block) => [
    render(block, press, state.names),
    modal.errors[block.block_id] ? h('div', { class: 'wrong' }, modal.errors[block.block_id]) : null,
  ]);
  overlay.replaceChildren(
    h(
      'form',
      { onsubmit: submit },
      h('div', { class: 'head' }, modal.title),
      h('div', { class: 'body' }, body),
      h(
        'footer',
        {},
        h(
          'button',
          { type: 'button', class: 'press', onclick: () => act('dismiss', {}) },
          modal.close ?? 'Close',
        ),
        modal.submit ? h('button', { class: 'press primary' }, modal.submit) : null,
      ),
    ),
  );
}

// A photograph waits until nothing loads any more, which an open stream of events would never let happen.
if (!place.has('still')) new EventSource('/page/events').addEventListener('changed', refresh);
refresh();
