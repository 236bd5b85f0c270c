import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { TestDatabase } from './server.js';

/** What becomes of the line when a certain statement comes along, COMMIT for example. */
export type Cut =
  /** It is cut before the statement reaches the server. */
  | 'before COMMIT'
  /** The statement reaches the server, and its answer never comes back. */
  | 'before the answer'
  /** It is cut as soon as the answer has come back. */
  | 'after the answer'
  /** It stays open, and nothing comes through any more. */
  | 'instead of the answer'
  /** It stays as it is. With `reachable: false` no other line can be had from then on. */
  | 'not at all';

export interface CommitLine {
  /** The same database, as it is reached over this line. */
  readonly database: TestDatabase;
  /** How many COMMITs came along. */
  commits(): number;
  close(): Promise<void>;
}

/** A simple Query message ("Message Formats" in PostgreSQL's documentation) that consists of COMMIT. */
const COMMIT = Buffer.from('Q\0\0\0\u000bCOMMIT\0', 'latin1');

/**
 * A line to a database that fails around a COMMIT, or around whatever contains `at`.
 * @param nth which one, counted from 1 over all connections
 * @param reachable whether new connections get through afterwards
 */
export async function commitLine(
  database: TestDatabase,
  cut: Cut,
  { at = COMMIT, nth = 1, reachable = true }: { at?: Buffer | string; nth?: number; reachable?: boolean } = {},
): Promise<CommitLine> {
  const open = new Set<Socket>();
  let seen = 0;
  let failed = false;
  const server = createServer((near) => {
    if (failed && !reachable) return near.destroy();
    const far = connect(database.port, database.host);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket);
      socket
        .on('error', () => other.destroy())
        .on('close', () => {
          open.delete(socket);
          other.destroy();
        });
    }
    let struck = false;
    const strike = () => {
      struck = failed = true;
    };
    near.on('data', (bytes) => {
      if (bytes.includes(at) && ++seen === nth) {
        if (cut === 'not at all') failed = true;
        else strike();
        if (cut !== 'before COMMIT') far.write(bytes);
        if (cut === 'before COMMIT') near.destroy();
        // The server must have had the time to read it before its end of the line goes.
        if (cut === 'before the answer') far.once('data', () => near.destroy());
      } else if (!struck) far.write(bytes);
    });
    far.on('data', (bytes) => {
      if (!struck) near.write(bytes);
      else if (cut === 'after the answer') near.end(bytes, () => near.destroy());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = new URL(database.url);
  url.port = String(typeof address === 'object' && address ? address.port : 0);
  return {
    database: { ...database, url: url.href, port: Number(url.port) },
    commits: () => seen,
    close: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
