import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

/** Passes bytes on between clients and a server of PostgreSQL, and counts how often the server was waited for. */
export interface Counter {
  readonly port: number;
  /** The server's `ReadyForQuery` messages so far ("Message Formats" of the protocol): one for each login, and one for each message. */
  readonly count: () => number;
  close(): Promise<void>;
}

const READY_FOR_QUERY = 'Z'.charCodeAt(0);

/** Connections through it must not use TLS. */
export async function countRoundTrips(to: { host: string; port: number }): Promise<Counter> {
  let ready = 0;
  const server = createServer((near) => {
    const far = connect(to.port, to.host);
    let rest = Buffer.alloc(0);
    near.on('data', (bytes: Buffer) => far.write(bytes));
    far.on('data', (bytes: Buffer) => {
      near.write(bytes);
      rest = Buffer.concat([rest, bytes]);
      // Each message has its type, then its length, which counts itself.
      while (rest.length >= 5 && rest.length > rest.readInt32BE(1)) {
        if (rest[0] === READY_FOR_QUERY) ready++;
        rest = rest.subarray(rest.readInt32BE(1) + 1);
      }
    });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const)
      one.on('close', () => other.destroy()).on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => new Promise<void>((resolve) => void server.close(() => resolve()));
  return { port: (server.address() as AddressInfo).port, count: () => ready, close };
}
