import type { Client, QueryArrayResult } from 'pg';
import { awaitAnswer, type MakeWait } from './await-answer.js';
import { asRows, jsonSelect } from './json-rows.js';
import { openSession, type Opened } from './open-session.js';
import { localPins } from './pinned-settings.js';
import { discard } from './discard.js';
import { ConnectionLost, DatabaseError, type Session } from './session.js';

/** How long, in ms, the server may take to say goodbye. */
const CLOSE_MS = 1000;

/** A session over a direct connection, through `pg`. */
export class PgSession implements Session {
  private lost: Error | undefined;
  private opened: Opened = { pid: 0, defaultPath: [], pooled: false, settings: {} };
  private wait: MakeWait | undefined;
  /** Between BEGIN and its end; only then do the settings of a pooled session hold. */
  private inTransaction = false;

  private constructor(private readonly client: Client) {
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
    session.opened = await openSession((statement) => session.ask(statement), session.announcedPid);
    return session;
  }

  get announcedPid(): number | undefined {
    // `pg` sets it from BackendKeyData and leaves it out of its types.
    return (this.client as Client & { processID?: number | null }).processID ?? undefined;
  }

  get ownPid(): number | undefined {
    return this.opened.pooled ? undefined : this.opened.pid;
  }

  get defaultPath(): readonly string[] {
    return this.opened.defaultPath;
  }

  async backendPid(): Promise<number> {
    const [row] = await this.rows<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return row?.pid ?? 0;
  }

  async begin(): Promise<void> {
    await this.ask('BEGIN ISOLATION LEVEL READ COMMITTED NOT DEFERRABLE');
    this.inTransaction = true;
    if (this.opened.pooled) await this.ask(localPins(this.opened.settings));
  }

  async execute(statement: string): Promise<void> {
    if (/^(COMMIT|ROLLBACK)$/.test(statement)) this.inTransaction = false;
    await this.ask(statement);
  }

  async rows<T>(select: string): Promise<T[]> {
    const query = jsonSelect(select);
    // Several statements in one message are one transaction, in which SET LOCAL holds ("Simple Query").
    return asRows<T>(
      await this.ask(
        this.opened.pooled && !this.inTransaction ? `${localPins(this.opened.settings)}; ${query}` : query,
        'rows',
      ),
    );
  }

  attend(wait: MakeWait): void {
    this.wait = wait;
  }

  async close(): Promise<void> {
    // `end()` of pg waits for the other side, which may never close its own.
    const late = setTimeout(() => discard(this.client), this.lost ? 0 : CLOSE_MS);
    await this.client.end().catch(() => undefined);
    clearTimeout(late);
  }

  /** @returns the first column of the first row, of the last statement where there are several */
  private async ask(statement: string, kind: Parameters<MakeWait>[0] = 'statement'): Promise<string> {
    if (this.lost)
      throw this.lost instanceof ConnectionLost
        ? this.lost
        : new ConnectionLost(this.lost.message, { cause: this.lost });
    try {
      const answer: unknown = await awaitAnswer<unknown>(
        this.client.query({ text: statement, rowMode: 'array' }),
        this.wait?.(kind),
      );
      const { rows } = (Array.isArray(answer) ? answer.at(-1) : answer) as QueryArrayResult<unknown[]>;
      const [value] = rows[0] ?? [];
      return typeof value === 'string' ? value : JSON.stringify(value ?? '');
    } catch (error) {
      if (error instanceof ConnectionLost) {
        this.lost = error;
        discard(this.client);
        throw error;
      }
      throw translate(error);
    }
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
