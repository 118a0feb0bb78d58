/** assistant.threads.* and agents.sessions.*: the sign that the app is at work, prompts, titles, the session. */
import { isFields } from '../arguments.ts';
import { SLACK } from '../limits.ts';
import { Refusal } from '../refusal.ts';
import type { Channel, Fields } from '../types.ts';
import { type Method, type Request, writableChannel } from './method.ts';

function place(request: Request): { channel: Channel; thread: string | undefined } {
  const { args, world } = request;
  const channel = writableChannel(request, args.text('channel_id'));
  const thread = args.optionalText('thread_ts');
  if (thread !== undefined && !world.message(channel.id, thread)) throw new Refusal('thread_not_found');
  return { channel, thread };
}

const tooLong = (field: string, max: number) =>
  Refusal.withMessages('invalid_arguments', [
    `must be less than ${max + 1} characters [json-pointer:/${field}]`,
  ]);

/** An empty status takes the sign away, as does the next message; otherwise it fades after two minutes. */
function setStatus(request: Request): Fields {
  const { args, world } = request;
  args.text('thread_ts');
  const { channel, thread } = place(request);
  if (args.fields.status === undefined)
    throw Refusal.withMessages('invalid_arguments', ['missing required field: status']);
  const loading = args.list('loading_messages') ?? [];
  if (loading.length > SLACK.status.loadingMessages) {
    const problem = `no more than ${SLACK.status.loadingMessages} items allowed [json-pointer:/loading_messages]`;
    throw Refusal.withMessages('invalid_arguments', [problem]);
  }
  const state = world.status(channel.id, thread);
  state.status = String(args.fields.status);
  state.statusUntil = Date.now() + SLACK.status.expiresMs;
  state.loadingMessages = loading.map(String);
  world.changed();
  return {};
}

function setTitle(request: Request): Fields {
  const { args, world } = request;
  args.text('thread_ts');
  const { channel, thread } = place(request);
  if (channel.kind !== 'im') throw new Refusal('channel_type_not_supported');
  const title = args.text('title');
  if (title.length > SLACK.sessionTitle) throw tooLong('title', SLACK.sessionTitle);
  world.status(channel.id, thread).title = title;
  world.changed();
  return {};
}

function setPrompts(request: Request): Fields {
  const { args, world } = request;
  const { channel, thread } = place(request);
  if (channel.kind !== 'im') throw new Refusal('channel_type_not_supported');
  const prompts = args.list('prompts') ?? [];
  if (prompts.length === 0 || prompts.length > SLACK.prompts) {
    throw Refusal.withMessages('invalid_arguments', [
      `must have 1 to ${SLACK.prompts} items [json-pointer:/prompts]`,
    ]);
  }
  world.status(channel.id, thread).prompts = prompts.map((prompt, index) => {
    if (!isFields(prompt) || typeof prompt.title !== 'string' || typeof prompt.message !== 'string') {
      throw Refusal.withMessages('invalid_arguments', [
        `must have title and message [json-pointer:/prompts/${index}]`,
      ]);
    }
    return { title: prompt.title, message: prompt.message };
  });
  world.changed();
  return {};
}

const SESSION = ['active', 'processing', 'suspended', 'closed'];

function setSession(request: Request): Fields {
  const { args, world } = request;
  args.text('thread_ts');
  const { channel, thread } = place(request);
  const status = args.text('status');
  if (!SESSION.includes(status)) {
    throw Refusal.withMessages('invalid_arguments', ['must be a valid enum value [json-pointer:/status]']);
  }
  const title = args.optionalText('title');
  if (title && title.length > SLACK.sessionTitle) throw tooLong('title', SLACK.sessionTitle);
  const initiator = args.optionalText('initiator_user_id');
  if (initiator && !channel.members.has(initiator)) throw new Refusal('user_not_in_channel');
  const state = world.status(channel.id, thread);
  if (state.session === '' && title) state.title = title;
  state.session = status;
  world.changed();
  return { status, agent_status: status, title: state.title };
}

export const AGENTS: Record<string, Method> = {
  'assistant.threads.setStatus': { auth: 'bot', scopes: ['assistant:write', 'chat:write'], run: setStatus },
  'assistant.threads.setTitle': { auth: 'bot', scopes: ['assistant:write'], run: setTitle },
  'assistant.threads.setSuggestedPrompts': { auth: 'bot', scopes: ['assistant:write'], run: setPrompts },
  'agents.sessions.setStatus': { auth: 'bot', scopes: ['assistant:write', 'chat:write'], run: setSession },
};
