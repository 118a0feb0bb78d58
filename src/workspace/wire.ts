/**
 * What the stand-in keeps, as the JSON that Slack shows to an app. Nothing internal (camel case) gets out.
 */
import { streamBlocks } from './streams.ts';
import type { Channel, Fields, Message, StoredFile, StoredView, Team } from './types.ts';
import type { World } from './world.ts';

export function channelType(channel: Channel): string {
  return channel.kind;
}

export function messageJson(world: World, message: Message, options: { metadata?: boolean } = {}): Fields {
  const blocks = message.stream ? streamBlocks(message) : message.blocks;
  const replies = world.messages.filter(
    (reply) => reply.channel === message.channel && reply.thread_ts === message.ts && reply.ts !== message.ts,
  );
  const root =
    message.thread_ts === undefined ? undefined : world.message(message.channel, message.thread_ts);
  return {
    type: 'message',
    ...(message.subtype ? { subtype: message.subtype } : {}),
    user: message.user,
    ts: message.ts,
    ...(message.thread_ts ? { thread_ts: message.thread_ts } : {}),
    ...(root && root !== message ? { parent_user_id: root.user } : {}),
    ...(replies.length > 0
      ? {
          thread_ts: message.ts,
          reply_count: replies.length,
          reply_users: [...new Set(replies.map((reply) => reply.user))],
          latest_reply: replies.at(-1)?.ts,
        }
      : {}),
    ...(message.bot_id
      ? {
          bot_id: message.bot_id,
          app_id: message.app_id,
          bot_profile: {
            id: message.bot_id,
            app_id: message.app_id,
            name: world.users.get(message.user)?.name,
          },
        }
      : {}),
    team: message.team,
    text: message.text,
    ...(blocks ? { blocks } : {}),
    ...(message.attachments ? { attachments: message.attachments } : {}),
    ...(message.files
      ? {
          files: message.files
            .flatMap((id) => world.files.get(id) ?? [])
            .map((file) => fileJson(world, file)),
          upload: true,
        }
      : {}),
    ...(message.edited ? { edited: message.edited } : {}),
    ...(message.reactions.length > 0
      ? { reactions: message.reactions.map((one) => ({ ...one, count: one.users.length })) }
      : {}),
    ...(message.stream
      ? { streaming_state: message.stream.state === 'in_progress' ? 'in_progress' : 'completed' }
      : {}),
    ...(options.metadata && message.metadata ? { metadata: message.metadata } : {}),
  };
}

/** File types that Slack knows by the ending of the name. */
const TYPES: Record<string, { mimetype: string; pretty: string }> = {
  png: { mimetype: 'image/png', pretty: 'PNG' },
  jpg: { mimetype: 'image/jpeg', pretty: 'JPEG' },
  jpeg: { mimetype: 'image/jpeg', pretty: 'JPEG' },
  gif: { mimetype: 'image/gif', pretty: 'GIF' },
  csv: { mimetype: 'text/csv', pretty: 'CSV' },
  tsv: { mimetype: 'text/tab-separated-values', pretty: 'TSV' },
  json: { mimetype: 'application/json', pretty: 'JSON' },
  txt: { mimetype: 'text/plain', pretty: 'Plain Text' },
  parquet: { mimetype: 'application/octet-stream', pretty: 'Binary' },
  xlsx: {
    mimetype: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    pretty: 'Excel Spreadsheet',
  },
};

export function fileType(file: StoredFile): string {
  const ending = /\.([a-z0-9]+)$/i.exec(file.name)?.[1]?.toLowerCase() ?? 'binary';
  return file.snippetType ?? ending;
}

export function isProcessed(world: World, file: StoredFile): boolean {
  if (file.completedAt === null || file.content === null) return false;
  const { polls, ms } = world.settings.fileReadyAfter;
  return file.polls > polls || Date.now() - file.completedAt >= ms;
}

export function fileJson(world: World, file: StoredFile): Fields {
  const processed = isProcessed(world, file);
  const type = fileType(file);
  const known = TYPES[type] ?? { mimetype: 'application/octet-stream', pretty: 'Binary' };
  const path = `${world.settings.origin}/files-pri/${file.teamId}-${file.id}`;
  const channels = [...file.shares.keys()];
  return {
    id: file.id,
    created: Math.floor((file.completedAt ?? 0) / 1_000),
    timestamp: Math.floor((file.completedAt ?? 0) / 1_000),
    name: file.name,
    title: file.title,
    mimetype: processed ? known.mimetype : '',
    filetype: processed ? type : '',
    pretty_type: processed ? known.pretty : '',
    user: file.user,
    user_team: file.teamId,
    editable: file.snippetType !== undefined,
    size: file.content?.length ?? 0,
    mode: file.snippetType === undefined ? 'hosted' : 'snippet',
    is_external: false,
    external_type: '',
    is_public: channels.length > 0,
    public_url_shared: false,
    display_as_bot: false,
    username: '',
    url_private: `${path}/${encodeURIComponent(file.name)}`,
    url_private_download: `${path}/download/${encodeURIComponent(file.name)}`,
    permalink: `${world.settings.origin}/files/${file.user}/${file.id}/${encodeURIComponent(file.name)}`,
    ...(file.altText ? { alt_txt: file.altText } : {}),
    channels,
    groups: [],
    ims: [],
    shares: {
      public: Object.fromEntries(
        [...file.shares].map(([channel, list]) => [channel, list.map((ts) => ({ ts }))]),
      ),
    },
    file_access: 'visible',
  };
}

export function channelJson(channel: Channel, bot: string): Fields {
  return {
    id: channel.id,
    ...(channel.kind === 'im'
      ? { user: [...channel.members].find((member) => member !== bot) }
      : { name: channel.name, name_normalized: channel.name }),
    is_channel: channel.kind === 'channel',
    is_group: channel.kind === 'group',
    is_im: channel.kind === 'im',
    is_mpim: false,
    is_private: channel.kind !== 'channel',
    is_archived: channel.archived,
    is_general: channel.name === 'general',
    is_shared: channel.shared,
    is_ext_shared: channel.shared,
    is_org_shared: false,
    is_member: channel.members.has(bot),
    context_team_id: channel.teamId,
  };
}

export function viewJson(team: Team, appId: string, stored: StoredView): Fields {
  const { view } = stored;
  return {
    id: stored.id,
    team_id: team.id,
    type: stored.type,
    blocks: view.blocks,
    private_metadata: view.private_metadata ?? '',
    callback_id: view.callback_id ?? '',
    state: { values: stored.values },
    hash: stored.hash,
    title: view.title ?? { type: 'plain_text', text: 'View Title', emoji: true },
    close: view.close ?? null,
    submit: view.submit ?? null,
    clear_on_close: view.clear_on_close === true,
    notify_on_close: view.notify_on_close === true,
    previous_view_id: stored.previousId,
    root_view_id: stored.rootId,
    app_id: appId,
    external_id: stored.externalId ?? '',
    app_installed_team_id: team.id,
    bot_id: team.botId,
  };
}
