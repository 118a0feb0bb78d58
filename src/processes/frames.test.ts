import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFrameReader, encodeFrame } from './frames.ts';
import { limits } from './limits.ts';

const MESSAGES = [1, 'é\u2028', { at: new Date(0), bytes: Buffer.from([1, 2]) }, null, 'x'.repeat(300)];

test('gives back every message, however the stream is cut', () => {
  const stream = Buffer.concat(MESSAGES.map(encodeFrame));
  const cuts = fc.uniqueArray(fc.nat(stream.length), { maxLength: 40 });
  fc.assert(
    fc.property(cuts, (at) => {
      const read: unknown[] = [];
      const receive = createFrameReader((message) => read.push(message));
      let from = 0;
      for (const to of [...at.sort((a, b) => a - b), stream.length]) {
        receive(stream.subarray(from, to));
        from = to;
      }
      expect(read).toEqual(MESSAGES);
    }),
  );
});

test('refuses a message over the limit before it has come, and what is none', () => {
  const receive = () => createFrameReader(() => expect.unreachable());
  const head = Buffer.alloc(4);
  head.writeUInt32LE(limits.messageBytes + 1);
  expect(() => receive()(head)).toThrow(RangeError);
  expect(() => receive()(Buffer.from([2, 0, 0, 0, 0xff, 0xff]))).toThrow();
});
