import type { Readable } from 'node:stream';
import type { Frame } from '../frame.js';

/**
 * Reads both outputs of a process as they come, and reads on only when the last piece has been dealt with: a dump is larger than memory.
 * Ends when both have ended, or are closed.
 */
export async function* merged(outputs: Readonly<Record<Frame['channel'], Readable>>): AsyncGenerator<Frame> {
  const ready: Frame[] = [];
  const streams = Object.values(outputs);
  let open = streams.length;
  let wake = () => {};
  for (const channel of ['stdout', 'stderr'] as const) {
    const stream = outputs[channel];
    stream.on('data', (bytes: Buffer) => {
      ready.push({ channel, bytes });
      for (const one of streams) one.pause();
      wake();
    });
    stream.on('error', () => undefined);
    stream.once('close', () => {
      open--;
      wake();
    });
  }
  while (open > 0 || ready.length > 0) {
    yield* ready.splice(0);
    const more = new Promise<void>((resolve) => {
      wake = resolve;
    });
    if (open === 0 || ready.length > 0) continue;
    for (const one of streams) one.resume();
    await more;
  }
}
