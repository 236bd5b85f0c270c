import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { frames } from '../../../src/database/container/frames.js';

const frame = (channel: 1 | 2, text: string): Buffer => {
  const header = Buffer.alloc(8);
  header[0] = channel;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
};

async function* pieces(whole: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < whole.length; at += size) {
    await nextTurn();
    yield whole.subarray(at, at + size);
  }
}

it.each([1, 3, 8, 1000])('takes a stream apart that comes in pieces of %i bytes', async (size) => {
  const heard = { stdout: '', stderr: '' };
  const stream = Buffer.concat([frame(1, 'one '), frame(2, 'oh'), frame(1, ''), frame(1, 'two')]);
  for await (const { channel, bytes } of frames(pieces(stream, size))) heard[channel] += bytes.toString();
  expect(heard).toEqual({ stdout: 'one two', stderr: 'oh' });
});

it('reads no further than what was dealt with', async () => {
  let read = 0;
  async function* source(): AsyncGenerator<Buffer> {
    for (const text of ['one', 'two', 'three']) {
      await nextTurn();
      read++;
      yield frame(1, text);
    }
  }
  const reading = frames(source());
  await reading.next();
  for (let i = 0; i < 5; i++) await nextTurn();
  expect(read).toBe(1);
  await reading.next();
  expect(read).toBe(2);
});

it('does not take a stream that is cut inside a frame for a whole one', async () => {
  const cut = frame(1, 'one two').subarray(0, 10);
  await expect(async () => {
    for await (const _ of frames(pieces(cut, 4)));
  }).rejects.toThrow(/cut off/);
});
