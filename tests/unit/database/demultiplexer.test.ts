import { expect, it } from 'vitest';
import { Demultiplexer } from '../../../src/database/container/demultiplexer.js';

type Piece = ['stdout' | 'stderr', string];

function frame(channel: number, payload: string): Buffer {
  const bytes = Buffer.from(payload);
  const header = Buffer.from([channel, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

/** What comes out, neighbours of one channel joined. */
function demultiplexed(chunks: readonly Buffer[]): Piece[] {
  const pieces: Piece[] = [];
  const demultiplexer = new Demultiplexer((channel, bytes) => {
    const last = pieces.at(-1);
    if (last?.[0] === channel) last[1] += bytes.toString('latin1');
    else pieces.push([channel, bytes.toString('latin1')]);
  });
  for (const chunk of chunks) demultiplexer.push(chunk);
  return pieces.map(([channel, text]) => [channel, Buffer.from(text, 'latin1').toString('utf8')]);
}

const stream = Buffer.concat([
  frame(1, 'one'),
  frame(2, 'Fehler: ß'),
  frame(1, ''),
  frame(1, '🚀'),
  frame(2, 'x'.repeat(300)),
]);
const pieces: Piece[] = [
  ['stdout', 'one'],
  ['stderr', 'Fehler: ß'],
  ['stdout', '🚀'],
  ['stderr', 'x'.repeat(300)],
];

it('tells stdout from stderr', () => {
  expect(demultiplexed([stream])).toEqual(pieces);
});

it('does not mind where the stream is cut', () => {
  for (let at = 0; at <= stream.length; at++)
    expect(demultiplexed([stream.subarray(0, at), stream.subarray(at)]), `cut at ${at}`).toEqual(pieces);
});

it('takes it byte by byte', () => {
  expect(demultiplexed([...stream].map((byte) => Buffer.from([byte])))).toEqual(pieces);
});

it('gives out nothing of a frame that is not complete, and forgets nothing of it', () => {
  const half = frame(1, 'complete').subarray(0, 12);
  expect(demultiplexed([half])).toEqual([]);
  expect(demultiplexed([half, frame(1, 'complete').subarray(12), half])).toEqual([['stdout', 'complete']]);
});

it('takes a frame that is longer than a chunk', () => {
  const long = 'y'.repeat(200_000);
  const bytes = frame(1, long);
  const chunks = Array.from({ length: Math.ceil(bytes.length / 4096) }, (_, i) =>
    bytes.subarray(i * 4096, (i + 1) * 4096),
  );
  expect(demultiplexed(chunks)).toEqual([['stdout', long]]);
});
