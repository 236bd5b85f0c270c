import { Demultiplexer } from './demultiplexer.js';
import type { Frame } from './frame.js';

/**
 * Takes Docker's multiplexed stream apart, and reads on only when the last frame has been dealt with: a dump is
 * larger than memory, and the disk slower than the engine.
 * @throws {Error} when the stream ends inside a frame or is destroyed before its end
 */
export async function* frames(stream: AsyncIterable<Buffer | string>): AsyncGenerator<Frame> {
  const ready: Frame[] = [];
  const demultiplexer = new Demultiplexer((channel, bytes) => ready.push({ channel, bytes }));
  for await (const chunk of stream) {
    demultiplexer.push(Buffer.from(chunk as Buffer));
    yield* ready.splice(0);
  }
  if (demultiplexer.pending > 0) throw new Error('the stream from the engine was cut off inside a frame');
}
