/**
 * The server's half of RFC 6455, as much as Socket Mode needs: text frames both ways, ping and pong, the
 * closing handshake. No extensions are negotiated, so no frame is ever compressed.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const OPCODE = { continuation: 0x0, text: 0x1, close: 0x8, ping: 0x9, pong: 0xa } as const;

export interface SocketHandlers {
  text(message: string): void;
  closed(): void;
}

export class ServerSocket {
  readonly #stream: Duplex;
  readonly #handlers: SocketHandlers;
  #received: Buffer = Buffer.alloc(0);
  #fragments: Buffer[] = [];
  #closed = false;

  constructor(stream: Duplex, head: Buffer, handlers: SocketHandlers) {
    this.#stream = stream;
    this.#handlers = handlers;
    stream.on('data', (chunk: Buffer) => this.#read(chunk));
    stream.on('error', () => this.drop());
    stream.on('close', () => this.#ended());
    if (head.length > 0) this.#read(head);
  }

  send(text: string): void {
    this.#write(OPCODE.text, Buffer.from(text));
  }

  /** Ends politely: sends a close frame; the peer answers and hangs up. */
  close(): void {
    const code = Buffer.alloc(2);
    code.writeUInt16BE(1000);
    this.#write(OPCODE.close, code);
    this.#stream.end();
  }

  /** Cuts the line without a word, as a broken network does. */
  drop(): void {
    this.#stream.destroy();
    this.#ended();
  }

  #ended(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#handlers.closed();
  }

  #write(opcode: number, payload: Buffer): void {
    if (this.#closed || !this.#stream.writable) return;
    const length = payload.length;
    const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
    const header = Buffer.alloc(2 + extended);
    header[0] = 0x80 | opcode;
    if (extended === 0) header[1] = length;
    else if (extended === 2) {
      header[1] = 126;
      header.writeUInt16BE(length, 2);
    } else {
      header[1] = 127;
      header.writeBigUInt64BE(BigInt(length), 2);
    }
    this.#stream.write(Buffer.concat([header, payload]));
  }

  #read(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (let frame = this.#nextFrame(); frame !== null; frame = this.#nextFrame()) this.#handle(frame);
  }

  /** One whole frame taken off the front of what has been received, or null when it is not there yet. */
  #nextFrame(): { final: boolean; opcode: number; payload: Buffer } | null {
    const bytes = this.#received;
    if (bytes.length < 2) return null;
    const first = bytes.readUInt8(0);
    const second = bytes.readUInt8(1);
    const short = second & 0x7f;
    const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
    const masked = (second & 0x80) !== 0;
    const start = 2 + extended + (masked ? 4 : 0);
    if (bytes.length < start) return null;
    const length =
      extended === 0 ? short : extended === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
    if (bytes.length < start + length) return null;
    const payload = Buffer.from(bytes.subarray(start, start + length));
    if (masked) {
      const mask = bytes.subarray(start - 4, start);
      for (let i = 0; i < length; i += 1) payload.writeUInt8(payload.readUInt8(i) ^ mask.readUInt8(i % 4), i);
    }
    this.#received = bytes.subarray(start + length);
    return { final: (first & 0x80) !== 0, opcode: first & 0x0f, payload };
  }

  #handle(frame: { final: boolean; opcode: number; payload: Buffer }): void {
    if (frame.opcode === OPCODE.ping) this.#write(OPCODE.pong, frame.payload);
    else if (frame.opcode === OPCODE.close) {
      this.#write(OPCODE.close, frame.payload);
      this.#stream.end();
    } else if (frame.opcode === OPCODE.text || frame.opcode === OPCODE.continuation) {
      this.#fragments.push(frame.payload);
      if (!frame.final) return;
      const text = Buffer.concat(this.#fragments).toString('utf8');
      this.#fragments = [];
      this.#handlers.text(text);
    }
  }
}

/** Answers the HTTP upgrade. Returns null, with the stream destroyed, when it is not a WebSocket request. */
export function acceptSocket(
  request: IncomingMessage,
  stream: Duplex,
  head: Buffer,
  handlers: SocketHandlers,
): ServerSocket | null {
  const key = request.headers['sec-websocket-key'];
  if (!key) {
    stream.destroy();
    return null;
  }
  const accept = createHash('sha1').update(`${key}${GUID}`).digest('base64');
  stream.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  return new ServerSocket(stream, head, handlers);
}
