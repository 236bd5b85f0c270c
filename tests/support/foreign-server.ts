import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';

/**
 * Passes connections without TLS on to a PostgreSQL, and gives every error that comes back the words of another language: a server whose
 * lc_messages nobody here can read. All other fields stay ("Error and Notice Message Fields"): severity V, code C, file F, line L, routine R.
 */
export async function startForeign(port: number): Promise<{ port: number; stop(): void }> {
  const server: Server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    let rest = Buffer.alloc(0);
    client.once('data', (first: Buffer) => {
      // SSLRequest ("Message Formats"): there is no TLS here.
      if (first.length === 8 && first.readUInt32BE(4) === 80_877_103) client.write('N');
      else upstream.write(first);
      client.pipe(upstream);
    });
    upstream.on('data', (bytes) => {
      rest = Buffer.concat([rest, bytes]);
      for (let length = frameLength(rest); length !== undefined; length = frameLength(rest)) {
        const frame = rest.subarray(0, length);
        client.write(frame[0] === 0x45 ? translated(frame) : frame);
        rest = rest.subarray(length);
      }
    });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const)
      one.on('close', () => other.destroy()).on('error', () => other.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { port: typeof address === 'object' && address ? address.port : 0, stop: () => server.close() };
}

/** The length of the first message, type byte included, once all of it is there. */
function frameLength(bytes: Buffer): number | undefined {
  const length = bytes.length < 5 ? Infinity : 1 + bytes.readUInt32BE(1);
  return bytes.length >= length ? length : undefined;
}

function translated(frame: Buffer): Buffer {
  const fields = frame.subarray(5).toString('utf8').split('\0').filter(Boolean);
  const foreign: Readonly<Record<string, string>> = {
    S: 'KATASTROFA',
    M: 'Tego serwera nikt nie rozumie',
    D: 'niestety',
    H: 'nic nie pomoże',
  };
  const body = Buffer.from(
    `${fields.map((field) => `${field.charAt(0)}${foreign[field.charAt(0)] ?? field.slice(1)}\0`).join('')}\0`,
  );
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeUInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
}
