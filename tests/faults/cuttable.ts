import { once } from 'node:events';
import { connect, createServer, type NetConnectOpts, type Socket } from 'node:net';

/** A way to somewhere that can be cut in the middle. */
export interface Cuttable {
  /** Port of 127.0.0.1, or 0 where it listens on a socket. */
  readonly port: number;
  /** The ports from which it has ever gone on to the other side: what the server knows its clients by. */
  readonly ports: ReadonlySet<number>;
  /** Breaks every connection, and refuses new ones for `milliseconds`. */
  cut(milliseconds: number): void;
  mend(): void;
  close(): Promise<void>;
}

/**
 * Passes bytes on between a port or socket of its own and `to`.
 * @param at path of a socket to listen on; without it, a free port of 127.0.0.1
 */
export async function cuttable(to: NetConnectOpts, at?: string): Promise<Cuttable> {
  const open = new Set<Socket>();
  const ports = new Set<number>();
  let refusedUntil = 0;
  const server = createServer({ allowHalfOpen: true }, (near) => {
    if (Date.now() < refusedUntil) return near.destroy();
    const far = connect({ ...to, allowHalfOpen: true } as NetConnectOpts);
    far.on('connect', () => ports.add(far.localPort ?? 0));
    for (const [from, onto] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from
        .on('error', () => onto.destroy())
        .on('close', () => {
          open.delete(from);
          onto.destroy();
        });
      from.pipe(onto);
    }
  });
  server.listen(at ?? { host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    ports,
    cut: (milliseconds) => {
      refusedUntil = Date.now() + milliseconds;
      for (const socket of open) socket.destroy();
    },
    mend: () => {
      refusedUntil = 0;
    },
    close: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
