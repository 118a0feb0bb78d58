/**
 * Block Kit's blocks with their limits and the surfaces that take them, as one table.
 * Source: docs.slack.dev/reference/block-kit/blocks.
 */
import {
  ELEMENTS,
  image,
  imageElement,
  imageSource,
  onlyMrkdwn,
  plain,
  richText,
  text,
} from './element-rules.ts';
import {
  anyField,
  anything,
  boolean,
  byType,
  type Check,
  list,
  number,
  object,
  oneOf,
  optional,
  required,
  string,
  url,
} from './schema.ts';

const base = { type: required(anything), block_id: optional(string(255)) };

const PRESSABLE = [
  'button',
  'overflow',
  'checkboxes',
  'radio_buttons',
  'static_select',
  'multi_static_select',
  'users_select',
  'multi_users_select',
  'conversations_select',
  'multi_conversations_select',
  'channels_select',
  'multi_channels_select',
  'external_select',
  'datepicker',
  'timepicker',
];

const cell = byType({
  raw_text: object({ type: required(anything), text: required(string(10_000)) }),
  raw_number: object({
    type: required(anything),
    value: required(number(-Infinity, Infinity)),
    text: required(string(1_000)),
  }),
  rich_text: richText,
});

const evenRows: Check = (rows, at, context) => {
  if (!Array.isArray(rows)) return;
  const width = Array.isArray(rows[0]) ? rows[0].length : 0;
  for (const [index, row] of rows.entries()) {
    if (Array.isArray(row) && row.length !== width)
      context.problem(`must have ${width} cells`, `${at}/${index}`);
  }
};

const tableText = (rows: unknown): number => {
  if (Array.isArray(rows)) return rows.reduce<number>((sum, row) => sum + tableText(row), 0);
  if (typeof rows !== 'object' || rows === null) return 0;
  return Object.entries(rows).reduce(
    (sum, [name, value]) =>
      sum + (name === 'text' && typeof value === 'string' ? value.length : tableText(value)),
    0,
  );
};

const sources = optional(
  list(object({ type: required(oneOf('url')), url: required(url), text: required(string(1_000)) }), 100, 0),
);
const taskCard: Check = object({
  ...base,
  task_id: required(string(255)),
  title: required(string(1_000)),
  status: required(oneOf('pending', 'in_progress', 'complete', 'error')),
  details: optional(richText),
  output: optional(richText),
  sources,
});

const CARD: Check = object(
  {
    ...base,
    hero_image: optional(imageElement),
    icon: optional(imageElement),
    title: optional(onlyMrkdwn(150)),
    subtitle: optional(onlyMrkdwn(150)),
    body: optional(onlyMrkdwn(200)),
    actions: optional(list(byType(ELEMENTS, ['button']), 25)),
  },
  anyField(['hero_image', 'title', 'actions', 'body']),
);

const BLOCKS: Record<string, Check> = {
  header: object({ ...base, text: required(plain(150)), level: optional(number(1, 6)) }),
  section: object(
    {
      ...base,
      text: optional(text(3_000)),
      fields: optional(list(text(2_000), 10)),
      accessory: optional(byType({ ...ELEMENTS, image: imageElement }, [...PRESSABLE, 'image'])),
      expand: optional(boolean),
    },
    anyField(['text', 'fields']),
  ),
  divider: object(base),
  image: object({ ...base, ...image, title: optional(plain(2_000)) }, imageSource),
  context: object({
    ...base,
    elements: required(
      list(byType({ image: imageElement, plain_text: text(3_000), mrkdwn: text(3_000) }), 10),
    ),
  }),
  actions: object({
    ...base,
    elements: required(list(byType(ELEMENTS, [...PRESSABLE, 'datetimepicker', 'rich_text_input']), 25)),
  }),
  context_actions: object({
    ...base,
    elements: required(list(byType(ELEMENTS, ['feedback_buttons', 'icon_button']), 5)),
  }),
  input: object({
    ...base,
    label: required(plain(2_000)),
    element: required(
      byType(
        ELEMENTS,
        Object.keys(ELEMENTS).filter(
          (name) => !['button', 'overflow', 'feedback_buttons', 'icon_button'].includes(name),
        ),
      ),
    ),
    hint: optional(plain(2_000)),
    optional: optional(boolean),
    dispatch_action: optional(boolean),
  }),
  markdown: object({ ...base, text: required(string(12_000)) }),
  rich_text: richText,
  table: object({
    ...base,
    rows: required(list(list(cell, 20), 100)),
    column_settings: optional(
      list(
        (value, at, context) =>
          value === null ||
          object({ align: optional(oneOf('left', 'center', 'right')), is_wrapped: optional(boolean) })(
            value,
            at,
            context,
          ),
        20,
      ),
    ),
  }),
  data_table: object(
    {
      ...base,
      caption: required(string(1_000)),
      rows: required(list(list(cell, 20), 101, 2)),
      page_size: optional(number(1, 100)),
      row_header_column_index: optional(number(0, 19)),
    },
    (value, at, context) => {
      evenRows(value.rows, `${at}/rows`, context);
      if (tableText(value.rows) > 10_000) context.problem('must be less than 10001 characters', `${at}/rows`);
    },
  ),
  data_visualization: object({ ...base, title: required(string(50)), chart: required(anything) }),
  alert: object({
    ...base,
    text: required(text(3_000)),
    level: optional(oneOf('default', 'info', 'warning', 'error', 'success')),
  }),
  card: CARD,
  carousel: object({ ...base, elements: required(list(byType({ card: CARD }), 10)) }),
  task_card: taskCard,
  plan: object({ ...base, title: required(string(1_000)), tasks: optional(list(taskCard, 50, 0)) }),
};

BLOCKS.container = object(
  {
    ...base,
    title: optional(plain(150)),
    rich_text_title: optional(richText),
    subtitle: optional(text(150)),
    child_blocks: required(
      list(
        byType(BLOCKS, [
          'actions',
          'context',
          'divider',
          'header',
          'image',
          'input',
          'rich_text',
          'section',
          'table',
        ]),
        10,
      ),
    ),
    width: optional(oneOf('narrow', 'standard', 'wide', 'full')),
    icon: optional(imageElement),
    is_collapsible: optional(boolean),
    default_collapsed: optional(boolean),
    has_header_divider: optional(boolean),
  },
  anyField(['title', 'rich_text_title']),
);

const MESSAGES_ONLY = [
  'markdown',
  'table',
  'data_table',
  'data_visualization',
  'context_actions',
  'task_card',
  'plan',
];
const everywhere = Object.keys(BLOCKS).filter((name) => !MESSAGES_ONLY.includes(name));

export const RULES = {
  message: byType(BLOCKS),
  modal: byType(BLOCKS, everywhere),
  home: byType(BLOCKS, everywhere),
} as const;
