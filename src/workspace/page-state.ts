/** The snapshot that the page draws: where the person is, and everything they can see there. */
import { isFields } from './arguments.ts';
import { flatten } from './blocks.ts';
import { SLACK } from './limits.ts';
import type { PageOptions } from './page-route.ts';
import type { Person } from './person.ts';
import { streamBlocks } from './streams.ts';
import type { Fields, Message, StoredView } from './types.ts';
import { fileType } from './wire.ts';
import type { Workspace } from './workspace.ts';

/** `place` is the page's own address: `as`, `channel`, `thread`. */
export function snapshot(workspace: Workspace, options: PageOptions, place: Record<string, string>): Fields {
  const { world } = workspace;
  const people = options.people.map((name) => workspace.person(name));
  const me = people.find((one) => one.user.name === place.as) ?? people[0] ?? workspace.person('ana');
  const channels = [...world.channels.values()].filter(
    (one) => one.kind !== 'im' && one.teamId === me.team.id,
  );
  const channel = world.channels.get(place.channel ?? '') ?? channels[0];
  const visible = world.messages.filter(
    (message) =>
      message.channel === channel?.id && (message.ephemeralTo === undefined || message.ephemeralTo === me.id),
  );
  return {
    team: me.team.name,
    me: { id: me.id, name: me.user.name },
    people: people.map((one) => one.user.name),
    names: Object.fromEntries([...world.users.values()].map((user) => [user.id, user.name])),
    channels: channels.map(({ id, name }) => ({ id, name })),
    channel: channel && { id: channel.id, name: channel.name },
    direct: me.direct.id,
    connected: workspace.socket ? workspace.socket.connections > 0 : workspace.eventsUrl !== undefined,
    shortcuts: options.shortcuts,
    prompts: world.status(me.direct.id, undefined).prompts,
    messages: visible
      .filter((one) => one.thread_ts === undefined || one.thread_ts === one.ts)
      .map((one) => show(workspace, one)),
    thread: thread(workspace, visible, place.thread),
    modal: modal(me),
    home: me.home && { id: me.home.id, blocks: me.home.view.blocks },
  };
}

function thread(workspace: Workspace, visible: Message[], ts: string | undefined): Fields | null {
  const messages = visible.filter((one) => one.ts === ts || (ts !== undefined && one.thread_ts === ts));
  const [root] = messages;
  if (!root || root.ts !== ts) return null;
  const status = workspace.world.status(root.channel, ts);
  const shown = Date.now() < status.statusUntil ? status.status : '';
  return {
    messages: messages.map((one) => show(workspace, one)),
    status: shown,
    stoppable: status.session === 'processing' || messages.some((one) => one.stream?.state === 'in_progress'),
  };
}

function show({ world }: Workspace, message: Message): Fields {
  const blocks = message.stream ? streamBlocks(message) : (message.blocks ?? []);
  return {
    channel: message.channel,
    ts: message.ts,
    user: message.user,
    author: world.users.get(message.user)?.name ?? message.user,
    isBot: message.bot_id !== undefined,
    text: message.text,
    blocks,
    edited: message.edited !== undefined,
    private: message.ephemeralTo !== undefined,
    expired: message.stream?.state === 'expired',
    replies: world.messages.filter((one) => one.channel === message.channel && one.thread_ts === message.ts)
      .length,
    files: (message.files ?? []).flatMap((id) => {
      const file = world.files.get(id);
      if (!file) return [];
      const image = (SLACK.imageTypes as readonly string[]).includes(fileType(file));
      // A picture that the message itself shows is not shown a second time below it.
      const shown = flatten(blocks).some((block) => isFields(block.slack_file) && block.slack_file.id === id);
      return shown
        ? []
        : [{ id, name: file.name, title: file.title, bytes: file.content?.length ?? 0, image }];
    }),
  };
}

function modal(me: Person): Fields | null {
  const stored: StoredView | undefined = me.world.modals.get(me.id)?.at(-1);
  if (!stored) return null;
  const words = (value: unknown) => (isFields(value) ? value.text : null);
  const { view } = stored;
  return {
    id: stored.id,
    hash: stored.hash,
    title: words(view.title),
    submit: words(view.submit),
    close: words(view.close),
    blocks: view.blocks,
    errors: stored.errors,
  };
}
