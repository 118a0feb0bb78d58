/**
 * A person fills in a modal: from what was typed to the `state.values` that Slack sends, with the checks that
 * Slack's own client makes before it sends anything.
 */
import { AnalystError } from '../agent/errors.ts';
import { isFields } from './arguments.ts';
import { interactive } from './blocks.ts';
import type { Fields, StoredView } from './types.ts';

/** What was typed or chosen, by action id: a text, the value of an option, or several of them. */
export type Typed = Record<string, string | string[]>;

/** @throws AnalystError bad_input when Slack's client would not let it go */
export function fillIn(view: StoredView, typed: Typed): Record<string, Record<string, Fields>> {
  const values: Record<string, Record<string, Fields>> = {};
  const unknown = new Set(Object.keys(typed));
  for (const block of view.view.blocks) {
    if (block.type !== 'input') continue;
    for (const element of interactive(block)) {
      const id = String(element.action_id);
      unknown.delete(id);
      const value = entry(element, typed[id]);
      const empty =
        value.value === null ||
        value.selected_option === null ||
        (Array.isArray(value.selected_options) && value.selected_options.length === 0);
      if (empty && block.optional !== true)
        throw new AnalystError('bad_input', `The modal wants an answer to "${id}".`);
      values[String(block.block_id)] = { ...values[String(block.block_id)], [id]: value };
    }
  }
  if (unknown.size > 0) {
    throw new AnalystError('bad_input', `The modal has no input ${[...unknown].join(', ')}.`, {
      hint: `It has: ${view.view.blocks
        .flatMap(interactive)
        .map((one) => one.action_id)
        .join(', ')}.`,
    });
  }
  return values;
}

function entry(element: Fields, typed: string | string[] | undefined): Fields {
  const type = String(element.type);
  if (type === 'static_select' || type === 'radio_buttons') {
    return {
      type,
      selected_option:
        typed === undefined ? (element.initial_option ?? null) : choose(element, String(typed)),
    };
  }
  if (type === 'checkboxes' || type === 'multi_static_select') {
    const wanted = typed === undefined ? undefined : [typed].flat();
    return {
      type,
      selected_options: wanted?.map((value) => choose(element, value)) ?? element.initial_options ?? [],
    };
  }
  const value = typed === undefined ? (element.initial_value ?? null) : String(typed);
  const max = typeof element.max_length === 'number' ? element.max_length : 3_000;
  if (typeof value === 'string' && value.length > max) {
    throw new AnalystError('bad_input', `"${element.action_id}" takes at most ${max} characters.`);
  }
  return { type, value: value === '' ? null : value };
}

/** The option with this value. @throws AnalystError bad_input */
export function choose(element: Fields, value: string): Fields {
  const groups = Array.isArray(element.option_groups) ? element.option_groups : [];
  const options = [element.options, ...groups.map((group) => group.options)].flat().filter(isFields);
  const option = options.find((one) => one.value === value);
  if (option) return option;
  throw new AnalystError('bad_input', `"${element.action_id}" has no option "${value}".`, {
    hint: `It has: ${options.map((one) => one.value).join(', ')}.`,
  });
}
