/**
 * What a person presses, fills in and calls up, and what becomes of the app's answer. The app has three
 * seconds; when it does not acknowledge, the person sees a warning sign (`acknowledged: false`).
 */
import { AnalystError } from '../agent/errors.ts';
import { isFields } from './arguments.ts';
import { checkView, flatten, interactive } from './blocks.ts';
import type { AttemptResult } from './delivery.ts';
import { choose, fillIn, type Typed } from './form.ts';
import {
  blockActions,
  makeResponseUrl,
  shortcut,
  slashCommand,
  viewClosed,
  viewSubmission,
} from './interactions.ts';
import { fill, storeView } from './methods/views.ts';
import type { PersonParts } from './person.ts';
import { showsFile } from './posting.ts';
import { Refusal } from './refusal.ts';
import { respond } from './respond.ts';
import { streamBlocks } from './streams.ts';
import type { Block, Channel, Fields, Message, StoredView } from './types.ts';

export interface Reply {
  acknowledged: boolean;
  /** Why not, or what was wrong with the answer. */
  error: string | null;
}

function reply(result: AttemptResult): Reply {
  return { acknowledged: result.acknowledged, error: result.acknowledged ? null : result.reason };
}

export async function click(
  who: PersonParts,
  place: Message | StoredView,
  action: string | RegExp,
  choice?: string,
): Promise<Reply> {
  const { world, team, user, dispatcher } = who;
  const isMessage = 'ts' in place;
  if (isMessage && place.ephemeralTo !== undefined && place.ephemeralTo !== user.id) {
    throw new AnalystError('refused', `${user.name} does not see this message.`);
  }
  const blocks = isMessage ? (place.stream ? streamBlocks(place) : (place.blocks ?? [])) : place.view.blocks;
  const { block, element } = find(blocks, action, choice);
  const press = {
    type: element.type,
    action_id: element.action_id,
    block_id: block.block_id,
    ...pressed(element, choice),
  };
  const where = isMessage ? { message: place, channel: world.channel(place.channel) } : { view: place };
  return reply(await dispatcher.once('interactive', blockActions(world, team, user, press, where)));
}

/** @throws AnalystError not_found, naming what there is to press */
function find(
  blocks: Block[],
  action: string | RegExp,
  choice: string | undefined,
): { block: Block; element: Fields } {
  const all = flatten(blocks).flatMap((block) => interactive(block).map((element) => ({ block, element })));
  const found = all.find(({ element }) => {
    const id = String(element.action_id);
    const named = typeof action === 'string' ? id === action : action.test(id);
    return named && (choice === undefined || element.type !== 'button' || element.value === choice);
  });
  if (found) return found;
  throw new AnalystError('not_found', `There is nothing to press called ${action}.`, {
    hint: `There is: ${all.map(({ element }) => element.action_id).join(', ') || 'nothing'}.`,
  });
}

function pressed(element: Fields, choice: string | undefined): Fields {
  const type = String(element.type);
  if (type === 'feedback_buttons') {
    const options = [element.positive_button, element.negative_button].filter(isFields);
    const option =
      options.find((one) => one.value === choice) ?? (choice === undefined ? options[0] : undefined);
    if (option) return { text: option.text, value: option.value };
    throw new AnalystError('bad_input', `No feedback button has the value "${choice}".`, {
      hint: `They have: ${options.map((one) => one.value).join(', ')}.`,
    });
  }
  if (type === 'button' || type === 'icon_button')
    return { text: element.text, value: element.value, style: element.style };
  const option = choose(element, choice ?? '');
  return type.startsWith('multi_') || type === 'checkboxes'
    ? { selected_options: [option] }
    : { selected_option: option };
}

/** Fills in the topmost modal, or `view`, and sends it. */
export async function submit(who: PersonParts, view: StoredView, typed: Typed): Promise<Reply> {
  const { world, team, user, dispatcher } = who;
  if (!world.isOpen(view)) throw new AnalystError('not_found', 'This modal is not open any more.');
  view.values = fillIn(view, typed);
  const result = await dispatcher.once('interactive', viewSubmission(world, team, user, view));
  if (!result.acknowledged) return reply(result);
  try {
    applyResponse(who, view, isFields(result.response) ? result.response : {});
    return { acknowledged: true, error: null };
  } catch (error) {
    if (error instanceof Refusal)
      return { acknowledged: true, error: `${error.error}: ${JSON.stringify(error.fields.errors ?? '')}` };
    throw error;
  } finally {
    world.changed();
  }
}

/** @throws Refusal when the app's view breaks a rule */
function applyResponse(who: PersonParts, view: StoredView, response: Fields): void {
  const { world, team, user } = who;
  const stack = world.modals.get(user.id) ?? [];
  const kind = response.response_action;
  if (kind === 'errors') {
    const errors = isFields(response.errors) ? response.errors : {};
    const unknown = Object.keys(errors).filter(
      (id) => !view.view.blocks.some((block) => block.block_id === id),
    );
    if (unknown.length > 0)
      throw Refusal.withMessages(
        'invalid_errors',
        unknown.map((id) => `no block ${id}`),
      );
    view.errors = Object.fromEntries(Object.entries(errors).map(([id, text]) => [id, String(text)]));
    return;
  }
  if (kind === 'clear') {
    world.modals.delete(user.id);
    return;
  }
  if (kind === 'update' || kind === 'push') {
    if (!isFields(response.view))
      throw Refusal.withMessages('invalid_arguments', ['missing required field: view']);
    checkView(response.view, 'modal', showsFile(world, team));
    if (kind === 'update') fill(world, view, response.view);
    else world.modals.set(user.id, [...stack, storeView(world, team, 'modal', user.id, response.view, view)]);
    return;
  }
  world.modals.set(
    user.id,
    stack.filter((one) => one !== view),
  );
}

/** Closes the modal with its cross. The app hears of it when it asked to. */
export async function dismiss(who: PersonParts, view: StoredView): Promise<Reply> {
  const { world, team, user, dispatcher } = who;
  const stack = world.modals.get(user.id) ?? [];
  const clears = view.view.clear_on_close === true;
  world.modals.set(user.id, clears ? [] : stack.filter((one) => one !== view));
  world.changed();
  if (view.view.notify_on_close !== true) return { acknowledged: true, error: null };
  return reply(await dispatcher.once('interactive', viewClosed(world, team, user, view, clears)));
}

export async function command(
  who: PersonParts,
  name: string,
  text: string,
  channel: Channel,
): Promise<Reply> {
  const { world, team, user, dispatcher } = who;
  if (!team.scopes.includes('commands'))
    throw new AnalystError('refused', `The app has no command ${name} here.`);
  const result = await dispatcher.once(
    'slash_commands',
    slashCommand(world, team, user, channel, name, text),
  );
  const answer = result.acknowledged && isFields(result.response) ? result.response : {};
  if (Object.keys(answer).length === 0) return reply(result);
  const key = makeResponseUrl(world, team, user.id, channel).split('/').at(-1) ?? '';
  const place = world.responseUrls.get(key);
  try {
    if (place) respond(world, dispatcher, place, answer);
    return reply(result);
  } catch (error) {
    if (error instanceof Refusal) return { acknowledged: true, error: error.error };
    throw error;
  }
}

export async function callShortcut(who: PersonParts, callbackId: string, message?: Message): Promise<Reply> {
  const { world, team, user, dispatcher } = who;
  if (!team.scopes.includes('commands')) throw new AnalystError('refused', 'The app has no shortcuts here.');
  const place = message ? { message, channel: world.channel(message.channel) } : undefined;
  return reply(await dispatcher.once('interactive', shortcut(world, team, user, callbackId, place)));
}
