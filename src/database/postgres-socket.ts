import { Socket } from 'node:net';
import { NotPostgres } from './not-postgres.js';

/** How much of a greeting is kept, in bytes. */
const KEPT = 80;

/** A socket for `pg`, and what it found out about the other side. */
export interface PostgresSocket {
  readonly socket: Socket;
  /** Set where something answers that does not speak PostgreSQL's protocol. */
  readonly notPostgres: () => NotPostgres | undefined;
}

/**
 * Makes a socket that looks at the first bytes of the other side. Many servers greet whoever connects, and wait then for an answer that
 * a PostgreSQL client never gives.
 * @param asksForTls whether the first message asks for TLS, to which a server answers with one letter
 */
export function postgresSocket(asksForTls: boolean): PostgresSocket {
  const socket = new Socket();
  let found: NotPostgres | undefined;
  socket.once('data', (bytes: Buffer) => {
    if (mayBePostgres(bytes, asksForTls)) return;
    found = new NotPostgres(
      bytes
        .subarray(0, KEPT)
        .toString('latin1')
        .split(/[\r\n]/)[0] ?? '',
    );
    socket.destroy(found);
  });
  return { socket, notPostgres: () => found };
}

/**
 * Whether a PostgreSQL may begin so: with S or N where TLS was asked for, else with a message about authentication, of the
 * protocol's version or a notice; with an error in either case. Source: "Message Flow" and "Message Formats". Pure.
 */
export function mayBePostgres(bytes: Buffer, asksForTls: boolean): boolean {
  const letter = String.fromCharCode(bytes[0] ?? 0);
  if (asksForTls && bytes.length === 1) return letter === 'S' || letter === 'N';
  if (!(asksForTls ? 'E' : 'RvNE').includes(letter)) return false;
  // A length follows, itself included; MySQL's greeting begins with a length in the other order of bytes.
  return bytes.length < 5 || (bytes.readUInt32BE(1) >= 8 && bytes.readUInt32BE(1) < 30_000);
}
