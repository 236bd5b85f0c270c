import { once } from 'node:events';
import { connect, createServer, type NetConnectOpts, type Server, type Socket } from 'node:net';

export interface SilentLine {
  /** Port of 127.0.0.1, or 0 where it listens on a socket. */
  readonly port: number;
  /**
   * From now on nothing goes through any more, and no connection is closed.
   * @param butNotFor new connections, on which all goes on
   */
  fallSilent(options?: { butNotFor?: 'new ones' }): void;
  /** What was held back goes through after all. */
  speak(): void;
  close(): Promise<void>;
}

export interface SilentLineOptions {
  /** Path of a socket to listen on; without it, a free port of 127.0.0.1. */
  readonly at?: string;
  /** Falls silent when so many pieces have come from the other side of one connection; that one piece does not come through. */
  readonly afterAnswers?: number;
  /** Falls silent when something like this is sent; it does not get to the other side. */
  readonly atRequest?: RegExp;
  /** Whether only the connection that it happens on falls silent, and others go on. */
  readonly onlyThatOne?: boolean;
}

/** Passes bytes on, as a proxy does, until it falls silent: no end, no reset, nothing. */
export async function silentLine(
  to: NetConnectOpts,
  { at, afterAnswers, atRequest: request, onlyThatOne = false }: SilentLineOptions = {},
): Promise<SilentLine> {
  const open = new Set<Socket>();
  let silent = false;
  let generation = 0;
  let silentUpTo = -1;
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ ...to, allowHalfOpen: true } as NetConnectOpts);
    const own = generation++;
    let [answers, muted] = [0, false];
    const mute = () => silent || muted || own <= silentUpTo;
    const strike = () => {
      if (onlyThatOne) muted = true;
      else silent = true;
    };
    const pass = (onto: Socket, bytes: Buffer) => {
      if (!mute()) onto.write(bytes);
    };
    near.on('data', (bytes) => {
      if (!mute() && request?.test(bytes.toString('latin1'))) strike();
      pass(far, bytes);
    });
    far.on('data', (bytes) => {
      if (++answers === afterAnswers) strike();
      pass(near, bytes);
    });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket);
      socket
        .on('end', () => {
          if (!mute()) other.end();
        })
        .on('error', () => other.destroy())
        .on('close', () => {
          open.delete(socket);
          other.destroy();
        });
    }
  });
  return {
    ...(await listening(server, at, open)),
    fallSilent: ({ butNotFor } = {}) => {
      if (butNotFor) silentUpTo = generation - 1;
      else silent = true;
    },
    speak: () => {
      silent = false;
      silentUpTo = -1;
    },
  };
}

/**
 * Something else than PostgreSQL, or nothing, behind a port.
 * @param greeting said to everyone who connects; what they say is taken and not answered
 */
export async function listener({
  greeting = '',
  answer = '',
  at,
}: {
  greeting?: string | Buffer;
  answer?: string;
  at?: string;
} = {}): Promise<{ port: number; close(): Promise<void> }> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket
      .on('error', () => undefined)
      .on('close', () => open.delete(socket))
      .on('data', () => {
        if (answer) socket.end(answer);
      });
    if (greeting) socket.write(greeting);
  });
  return listening(server, at, open);
}

async function listening(
  server: Server,
  at: string | undefined,
  open: ReadonlySet<Socket>,
): Promise<{ port: number; close(): Promise<void> }> {
  server.listen(at ?? { host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    close: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
