import type { Client } from 'pg';
import { BatchingSession } from './batching-session.js';
import { discard } from './discard.js';
import { PgMessage } from './pg-message.js';
import { ConnectionLost, DatabaseError } from './session.js';

/** How long, in ms, the server may take to say goodbye. */
const CLOSE_MS = 1000;

/** A session over a direct connection, through `pg`. */
export class PgSession extends BatchingSession {
  private lost: Error | undefined;

  private constructor(private readonly client: Client) {
    super();
    client.on('error', (error) => {
      this.lost ??= error;
    });
    client.on('end', () => {
      this.lost ??= new Error('the connection was closed');
    });
  }

  /**
   * Takes over a client that is connected, and decides the settings of its session.
   * @throws {UpgradeError} YF315
   * @throws {DatabaseError | ConnectionLost}
   */
  static async open(client: Client): Promise<PgSession> {
    const session = new PgSession(client);
    await session.settle();
    return session;
  }

  get announcedPid(): number | undefined {
    // `pg` sets it from BackendKeyData and leaves it out of its types.
    return (this.client as Client & { processID?: number | null }).processID ?? undefined;
  }

  async close(): Promise<void> {
    // `end()` of pg waits for the other side, which may never close its own.
    const late = setTimeout(() => discard(this.client), this.lost ? 0 : CLOSE_MS);
    await this.client.end().catch(() => undefined);
    clearTimeout(late);
  }

  protected async send(statements: readonly string[], answered: (answer: string) => void): Promise<void> {
    if (this.lost)
      throw this.lost instanceof ConnectionLost
        ? this.lost
        : new ConnectionLost(this.lost.message, { cause: this.lost });
    try {
      await this.client.query(new PgMessage(statements, answered)).ended;
    } catch (error) {
      throw translate(error);
    }
  }

  protected giveUp(because: ConnectionLost): void {
    if (this.lost) return;
    this.lost = because;
    discard(this.client);
  }
}

function translate(error: unknown): Error {
  const { code, severity, message, detail, hint } = error as Partial<
    Record<'code' | 'severity' | 'message' | 'detail' | 'hint', string>
  >;
  // FATAL and PANIC end the session on the server's side; everything below leaves it usable.
  if (code === undefined || severity === undefined || severity === 'FATAL' || severity === 'PANIC') {
    return new ConnectionLost(message ?? String(error), { cause: error });
  }
  return new DatabaseError(message ?? '', code, detail, hint);
}
