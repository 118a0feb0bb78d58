/** Block Kit as DOM nodes: the subset that the analyst uses, and a visible placeholder for the rest. */
import { h, markdown, mrkdwn } from './text.js';

const TASK_ICON = { pending: '○', in_progress: '◐', complete: '✓', error: '✕' };

function text(object, names) {
  if (!object) return [];
  return object.type === 'mrkdwn' ? mrkdwn(object.text, names) : [object.text];
}

function picture(block) {
  return block.slack_file ? `/page/file/${block.slack_file.id}` : block.image_url;
}

function rich(node, names) {
  const children = () => (node.elements ?? []).flatMap((child) => rich(child, names));
  const style = node.style ?? {};
  const styled = (content) =>
    style.code
      ? h('code', {}, content)
      : style.bold
        ? h('strong', {}, content)
        : style.italic
          ? h('em', {}, content)
          : content;
  const kinds = {
    rich_text: children,
    rich_text_section: () => [h('p', {}, children())],
    rich_text_preformatted: () => [h('pre', {}, children())],
    rich_text_quote: () => [h('blockquote', {}, children())],
    rich_text_list: () => [
      h(
        node.style === 'ordered' ? 'ol' : 'ul',
        {},
        (node.elements ?? []).map((item) => h('li', {}, rich(item, names))),
      ),
    ],
    text: () => [styled(node.text)],
    link: () => [h('a', { href: node.url, target: '_blank', rel: 'noreferrer' }, node.text ?? node.url)],
    user: () => [h('span', { class: 'mention' }, `@${names[node.user_id] ?? node.user_id}`)],
    broadcast: () => [h('span', { class: 'mention' }, `@${node.range}`)],
    emoji: () => [`:${node.name}:`],
  };
  return (kinds[node.type] ?? (() => []))();
}

function cell(value, names) {
  return value.type === 'rich_text' ? rich(value, names) : [value.text];
}

function table(block, names) {
  const align = (index) => block.column_settings?.[index]?.align ?? 'left';
  const rows = block.rows.map((row) =>
    h(
      'tr',
      {},
      row.map((value, index) => h('td', { style: `text-align:${align(index)}` }, cell(value, names))),
    ),
  );
  return h(
    'div',
    { class: 'scroll' },
    block.caption ? h('div', { class: 'soft' }, block.caption) : null,
    h('table', {}, rows),
  );
}

function task(card, names) {
  const more = [card.details, card.output]
    .filter(Boolean)
    .map((part) => h('div', { class: 'soft' }, rich(part, names)));
  return h(
    'div',
    { class: `task ${card.status}` },
    h('i', {}, TASK_ICON[card.status] ?? ''),
    h('div', {}, card.title, more),
  );
}

/** `press(blockId, actionId, value)` is called when something is pressed. */
function element(one, block, press, names) {
  const go = (value) => () => press(block.block_id, one.action_id, value);
  if (one.type === 'button' || one.type === 'icon_button') {
    const button = h(
      'button',
      { type: 'button', class: `press ${one.style ?? ''}`, onclick: go(one.value) },
      one.text.text,
    );
    return one.url ? h('a', { href: one.url, target: '_blank', rel: 'noreferrer' }, button) : button;
  }
  if (one.type === 'feedback_buttons') {
    return [one.positive_button, one.negative_button].map((button) =>
      h('button', { type: 'button', class: 'press', onclick: go(button.value) }, button.text.text),
    );
  }
  if (Array.isArray(one.options)) {
    const options = one.options.map((option) => h('option', { value: option.value }, option.text.text));
    return h(
      'select',
      { onchange: (event) => press(block.block_id, one.action_id, event.target.value) },
      h('option', {}, one.placeholder?.text ?? '…'),
      options,
    );
  }
  if (one.type === 'image') return h('img', { class: 'icon', src: picture(one), alt: one.alt_text });
  return h(
    'span',
    { class: 'soft' },
    ...(one.text ? (one.type ? text(one, names) : [one.text]) : [`[${one.type}]`]),
  );
}

function input(block) {
  const one = block.element;
  const name = one.action_id;
  const options = (one.options ?? []).map((option) =>
    h(
      'option',
      { value: option.value, selected: option.value === one.initial_option?.value },
      option.text.text,
    ),
  );
  const field =
    options.length > 0
      ? h('select', { class: 'field', name }, options)
      : one.multiline
        ? h('textarea', { class: 'field', name, rows: 4 }, one.initial_value ?? '')
        : h('input', {
            class: 'field',
            name,
            value: one.initial_value ?? '',
            placeholder: one.placeholder?.text,
          });
  return h(
    'label',
    {},
    block.label.text,
    field,
    block.hint ? h('span', { class: 'soft' }, block.hint.text) : null,
  );
}

export function render(block, press, names) {
  const elements = () => (block.elements ?? []).flatMap((one) => element(one, block, press, names));
  const kinds = {
    header: () => h('h3', {}, block.text.text),
    divider: () => h('hr'),
    section: () =>
      h(
        'div',
        block.accessory ? { class: 'beside' } : {},
        block.text ? h('p', {}, text(block.text, names)) : null,
        block.fields
          ? h(
              'div',
              { class: 'fields' },
              block.fields.map((field) => h('p', {}, text(field, names))),
            )
          : null,
        block.accessory ? element(block.accessory, block, press, names) : null,
      ),
    context: () =>
      h(
        'div',
        { class: 'context' },
        (block.elements ?? []).map((one) =>
          one.type === 'image' ? element(one, block, press, names) : h('span', {}, text(one, names), ' '),
        ),
      ),
    actions: () => h('div', {}, elements()),
    context_actions: () => h('div', {}, elements()),
    image: () =>
      h(
        'figure',
        {},
        block.title ? h('figcaption', {}, block.title.text) : null,
        h('img', { class: 'picture', src: picture(block), alt: block.alt_text }),
      ),
    markdown: () => h('div', {}, markdown(block.text, names)),
    rich_text: () => h('div', {}, rich(block, names)),
    table: () => table(block, names),
    data_table: () => table(block, names),
    task_card: () => task(block, names),
    plan: () =>
      h(
        'div',
        { class: 'plan' },
        block.title ? h('strong', {}, block.title) : null,
        (block.tasks ?? []).map((one) => task(one, names)),
      ),
    alert: () => h('div', { class: `alert ${block.level ?? ''}` }, text(block.text, names)),
    input: () => input(block),
    container: () =>
      h(
        'div',
        { class: 'plan' },
        h('strong', {}, block.title?.text ?? ''),
        (block.child_blocks ?? []).map((one) => render(one, press, names)),
      ),
  };
  return (kinds[block.type] ?? (() => h('div', { class: 'soft' }, `[${block.type}]`)))();
}
