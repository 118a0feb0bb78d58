/**
 * Messages on the pipe between a process and its child: four bytes of length, then the value as V8 serialises it,
 * which moves strings of many megabytes whole. Not Node's own IPC: a child could not read that while it computes,
 * and pays for its event loop with every message.
 */
import { readSync, writeSync } from 'node:fs';
import { DefaultSerializer, deserialize } from 'node:v8';
import { limits } from './limits.ts';

/** The child's end of the pipe: the descriptor after its three standard ones. */
export const CHANNEL_FD = 3;

const HEAD_BYTES = 4;
/** As much as libuv reads at once. */
const PIECE_BYTES = 65_536;

export function encodeFrame(message: unknown): Buffer {
  const serializer = new DefaultSerializer();
  serializer.writeRawBytes(Buffer.alloc(HEAD_BYTES));
  serializer.writeHeader();
  serializer.writeValue(message);
  const frame = serializer.releaseBuffer();
  frame.writeUInt32LE(frame.length - HEAD_BYTES, 0);
  return frame;
}

/**
 * @returns takes the pieces of the stream as they come, and hands on each message once it is whole. Throws
 *   RangeError for a message over the limit, and what V8 throws for one that is none.
 */
export function createFrameReader(onMessage: (message: unknown) => void): (piece: Buffer) => void {
  let pieces: Buffer[] = [];
  let held = 0;
  let wanted = HEAD_BYTES;
  return (piece) => {
    pieces.push(piece);
    held += piece.length;
    while (held >= wanted) {
      const [first = piece, ...others] = pieces;
      const stream = others.length === 0 ? first : Buffer.concat(pieces, held);
      pieces = [stream];
      const end = HEAD_BYTES + lengthOf(stream);
      if (held < end) {
        wanted = end;
        continue;
      }
      pieces = held > end ? [stream.subarray(end)] : [];
      held -= end;
      wanted = HEAD_BYTES;
      onMessage(deserialize(stream.subarray(HEAD_BYTES, end)));
    }
  };
}

const arrived: unknown[] = [];
const receive = createFrameReader((message) => arrived.push(message));

/** Waits for a message, in the child. Ends the process when the parent is gone. */
export function readFrameSync(): unknown {
  while (arrived.length === 0) {
    const piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
    const read = readSync(CHANNEL_FD, piece);
    if (read === 0) process.exit(0);
    receive(piece.subarray(0, read));
  }
  return arrived.shift();
}

/** Returns when the parent's end has taken all of it. */
export function writeFrameSync(message: unknown): void {
  const frame = encodeFrame(message);
  for (let sent = 0; sent < frame.length; ) sent += writeSync(CHANNEL_FD, frame, sent);
}

function lengthOf(stream: Buffer): number {
  const length = stream.readUInt32LE(0);
  if (length > limits.messageBytes) throw new RangeError(`a message of ${length} bytes`);
  return length;
}
