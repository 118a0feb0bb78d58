/**
 * Block Kit's elements and composition objects with their limits, as one table.
 * Source: docs.slack.dev/reference/block-kit (block-elements, composition-objects).
 */
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

const type = required(anything);

export const plain = (max: number): Check =>
  object({ type: required(oneOf('plain_text')), text: required(string(max)), emoji: optional(boolean) });

const mrkdwn = (max: number): Check =>
  object({ type: required(oneOf('mrkdwn')), text: required(string(max)), verbatim: optional(boolean) });

export const text = (max: number): Check => byType({ plain_text: plain(max), mrkdwn: mrkdwn(max) });
export const onlyMrkdwn = (max: number): Check => byType({ mrkdwn: mrkdwn(max) });

const slackFile: Check = (value, at, context) => {
  object({ id: optional(string(255)), url: optional(string(3_000)) }, anyField(['id', 'url'], true))(
    value,
    at,
    context,
  );
  if (!context.showsFile((value ?? {}) as { id?: string; url?: string }))
    context.problem('invalid slack file', at);
};

export const image = {
  alt_text: required(string(2_000)),
  image_url: optional(url),
  slack_file: optional(slackFile),
};
export const imageSource = anyField(['image_url', 'slack_file'], true);
export const imageElement: Check = object({ type, ...image }, imageSource);

const confirm = object({
  title: optional(plain(100)),
  text: required(text(300)),
  confirm: optional(plain(30)),
  deny: optional(plain(30)),
  style: optional(oneOf('primary', 'danger')),
});

const option = object({
  text: required(text(75)),
  value: optional(string(150)),
  description: optional(text(75)),
  url: optional(url),
});
const action = {
  type,
  action_id: optional(string(255)),
  confirm: optional(confirm),
  focus_on_load: optional(boolean),
};
const placeholder = { placeholder: optional(plain(150)) };
const dispatch = { dispatch_action_config: optional(anything) };
const options = (max: number) => ({
  options: optional(list(option, max)),
  initial_option: optional(option),
  initial_options: optional(list(option, max)),
});
const feedback = object({
  text: required(plain(75)),
  value: required(string(2_000)),
  accessibility_label: optional(string(75)),
});
const select = object({
  ...action,
  ...placeholder,
  ...options(100),
  option_groups: optional(
    list(object({ label: required(plain(75)), options: required(list(option, 100)) }), 100),
  ),
  initial_user: optional(anything),
  initial_conversation: optional(anything),
  initial_channel: optional(anything),
  default_to_current_conversation: optional(boolean),
  response_url_enabled: optional(boolean),
  filter: optional(anything),
  min_query_length: optional(number(0, 100)),
  max_selected_items: optional(number(1, 100)),
});
const input = (more: Record<string, ReturnType<typeof optional>>): Check =>
  object({ ...action, ...placeholder, ...dispatch, ...more });

export const ELEMENTS: Record<string, Check> = {
  button: object({
    ...action,
    text: required(plain(75)),
    value: optional(string(2_000)),
    url: optional(url),
    style: optional(oneOf('primary', 'danger')),
    accessibility_label: optional(string(75)),
  }),
  feedback_buttons: object({
    ...action,
    positive_button: required(feedback),
    negative_button: required(feedback),
  }),
  icon_button: object({
    ...action,
    icon: required(oneOf('trash')),
    text: required(plain(75)),
    value: optional(string(2_000)),
    accessibility_label: optional(string(75)),
    visible_to_user_ids: optional(anything),
  }),
  overflow: object({ ...action, options: required(list(option, 5, 1)) }),
  checkboxes: object({ ...action, ...options(10) }),
  radio_buttons: object({ ...action, ...options(10) }),
  static_select: select,
  multi_static_select: select,
  users_select: select,
  multi_users_select: select,
  conversations_select: select,
  multi_conversations_select: select,
  channels_select: select,
  multi_channels_select: select,
  external_select: select,
  datepicker: input({ initial_date: optional(string(10)) }),
  timepicker: input({ initial_time: optional(string(5)), timezone: optional(string(100)) }),
  datetimepicker: input({ initial_date_time: optional(number(0, 9_999_999_999)) }),
  plain_text_input: input({
    initial_value: optional(string(3_000)),
    multiline: optional(boolean),
    min_length: optional(number(0, 3_000)),
    max_length: optional(number(1, 3_000)),
  }),
  number_input: input({
    is_decimal_allowed: required(boolean),
    initial_value: optional(string(100)),
    min_value: optional(string(100)),
    max_value: optional(string(100)),
  }),
  email_text_input: input({ initial_value: optional(string(3_000)) }),
  url_text_input: input({ initial_value: optional(string(3_000)) }),
  file_input: object({ ...action, filetypes: optional(anything), max_files: optional(number(1, 10)) }),
  rich_text_input: input({ initial_value: optional(anything) }),
};

const style = optional(anything);
const RICH_ELEMENTS: Record<string, Check> = {
  text: object({ type, text: required(string(40_000)), style }),
  link: object({
    type,
    url: required(url),
    text: optional(string(3_000, 0)),
    unsafe: optional(boolean),
    style,
  }),
  user: object({ type, user_id: required(string(20)), style }),
  usergroup: object({ type, usergroup_id: required(string(20)), style }),
  channel: object({ type, channel_id: required(string(20)), style }),
  emoji: object({
    type,
    name: required(string(100)),
    unicode: optional(anything),
    skin_tone: optional(anything),
    style,
  }),
  broadcast: object({ type, range: required(oneOf('here', 'channel', 'everyone')), style }),
  date: object({
    type,
    timestamp: required(anything),
    format: required(string(200)),
    url: optional(url),
    fallback: optional(anything),
    style,
  }),
  color: object({ type, value: required(string(20)), style }),
};
const richElements = list(byType(RICH_ELEMENTS), 10_000, 0);
const richSection = object({ type, elements: required(richElements) });

export const richText: Check = object({
  type,
  block_id: optional(string(255)),
  elements: required(
    list(
      byType({
        rich_text_section: richSection,
        rich_text_list: object({
          type,
          style: required(oneOf('bullet', 'ordered')),
          elements: required(list(richSection, 1_000)),
          indent: optional(number(0, 8)),
          offset: optional(number(0, 100_000)),
          border: optional(number(0, 1)),
        }),
        rich_text_preformatted: object({
          type,
          elements: required(richElements),
          border: optional(number(0, 1)),
          language: optional(string(50)),
        }),
        rich_text_quote: object({ type, elements: required(richElements), border: optional(number(0, 1)) }),
      }),
      1_000,
    ),
  ),
});
