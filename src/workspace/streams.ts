/**
 * A streamed message: what chunks do to it, and the blocks that a reader sees. Pure.
 */
import type { Block, Message, Stream, StreamPart, TaskStatus } from './types.ts';

/** A chunk that has passed validation. */
export type Chunk =
  | { type: 'markdown_text'; text: string }
  | { type: 'plan_update'; title: string }
  | { type: 'task_update'; id: string; title: string; status: TaskStatus; details?: string; output?: string }
  | { type: 'blocks'; blocks: Block[] };

export function applyChunk(stream: Stream, chunk: Chunk): void {
  if (chunk.type === 'markdown_text') {
    const last = stream.parts.at(-1);
    if (last?.kind === 'markdown') last.text += chunk.text;
    else stream.parts.push({ kind: 'markdown', text: chunk.text });
  } else if (chunk.type === 'plan_update') {
    const plan = stream.parts.find((part) => part.kind === 'plan');
    if (plan) plan.title = chunk.title;
    else stream.parts.push({ kind: 'plan', title: chunk.title });
  } else if (chunk.type === 'task_update') {
    const { type: _, ...task } = chunk;
    const known = stream.parts.find((part) => part.kind === 'task' && part.id === chunk.id);
    if (known) Object.assign(known, task);
    else stream.parts.push({ kind: 'task', ...task });
  } else stream.parts.push({ kind: 'blocks', blocks: chunk.blocks });
}

const text = (value: string) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: value }] }],
});

function card(part: Extract<StreamPart, { kind: 'task' }>): Block {
  return {
    type: 'task_card',
    task_id: part.id,
    title: part.title,
    status: part.status,
    ...(part.details ? { details: text(part.details) } : {}),
    ...(part.output ? { output: text(part.output) } : {}),
  };
}

/** In `plan` mode every task stands in one plan, at the place of the first; in `timeline` each by itself. */
export function streamBlocks(message: Message): Block[] {
  const { stream } = message;
  if (!stream) return message.blocks ?? [];
  const tasks = stream.parts.filter((part) => part.kind === 'task');
  const title = stream.parts.find((part) => part.kind === 'plan')?.title;
  const grouped = stream.display === 'plan';
  const blocks: Block[] = [];
  let planned = false;
  for (const part of stream.parts) {
    if (part.kind === 'markdown') blocks.push({ type: 'markdown', text: part.text });
    else if (part.kind === 'blocks') blocks.push(...part.blocks);
    else if (grouped) {
      if (!planned) blocks.push({ type: 'plan', title: title ?? '', tasks: tasks.map(card) });
      planned = true;
    } else if (part.kind === 'task') blocks.push(card(part));
  }
  return [...blocks, ...(message.blocks ?? [])];
}

/** The plain text of a stream, which becomes the message's text when it ends. */
export function streamText(stream: Stream): string {
  return stream.parts
    .map((part) => (part.kind === 'markdown' ? part.text : ''))
    .join('')
    .trim();
}

/** Slack closes a stream some minutes after its start, in use or not. Until then it cannot be edited. */
export function expireWhenOld(message: Message, afterMs: number): void {
  const { stream } = message;
  if (stream?.state === 'in_progress' && Date.now() - stream.startedAt >= afterMs) stream.state = 'expired';
}
