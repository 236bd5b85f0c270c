import type { Client } from 'pg';
import { asRows, jsonSelect } from './json-rows.js';
import { ConnectionLost, DatabaseError, type Session } from './session.js';

/** A session over a direct connection, through `pg`. */
export class PgSession implements Session {
  private lost: Error | undefined;

  /** Takes over a client that is connected. */
  constructor(private readonly client: Client) {
    client.on('error', (error) => { this.lost = error; });
    client.on('end', () => { this.lost ??= new Error('the connection was closed'); });
  }

  get announcedPid(): number | undefined {
    // `pg` sets it from BackendKeyData and leaves it out of its types.
    return (this.client as Client & { processID?: number | null }).processID ?? undefined;
  }

  async backendPid(): Promise<number> {
    const [row] = await this.rows<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return row?.pid ?? 0;
  }

  async execute(statement: string): Promise<void> {
    await this.ask(statement);
  }

  async rows<T>(select: string): Promise<T[]> {
    return asRows<T>(await this.ask(jsonSelect(select)));
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }

  private async ask(statement: string): Promise<string> {
    if (this.lost) throw new ConnectionLost(this.lost.message, { cause: this.lost });
    try {
      const { rows } = await this.client.query<{ rows?: string }>(statement);
      return rows[0]?.rows ?? '';
    } catch (error) {
      throw translate(error);
    }
  }
}

function translate(error: unknown): Error {
  const { code, severity, message, detail, hint } = error as Partial<Record<'code' | 'severity' | 'message' | 'detail' | 'hint', string>>;
  // FATAL and PANIC end the session on the server's side; everything below leaves it usable.
  if (code === undefined || severity === undefined || severity === 'FATAL' || severity === 'PANIC') {
    return new ConnectionLost(message ?? String(error), { cause: error });
  }
  return new DatabaseError(message ?? '', code, detail, hint);
}
