import type { PGlite } from '@electric-sql/pglite';
import { asRows, jsonSelect } from './json-rows.js';
import { openSession } from './open-session.js';
import { DatabaseError, type Session } from './session.js';

/** A session on the embedded PostgreSQL of `demo`, which has one backend: every session of it is the same one. */
export class PgliteSession implements Session {
  readonly announcedPid = undefined;
  readonly ownPid = undefined;

  private constructor(
    private readonly database: PGlite,
    readonly defaultPath: readonly string[],
  ) {}

  /** Takes over the database, and decides the settings of its one session. */
  static async open(database: PGlite): Promise<PgliteSession> {
    // The path that it had before this program has pinned it for the first time is that of the role.
    await database.exec('RESET search_path');
    const ask = async (statement: string) => {
      const { rows } = await database.query<[unknown]>(statement, [], { rowMode: 'array' });
      const value = rows[0]?.[0];
      return typeof value === 'string' ? value : JSON.stringify(value ?? '');
    };
    return new PgliteSession(database, (await openSession(ask, undefined)).defaultPath);
  }

  backendPid(): Promise<number> {
    return Promise.resolve(0);
  }

  begin(): Promise<void> {
    return this.execute('BEGIN ISOLATION LEVEL READ COMMITTED NOT DEFERRABLE');
  }

  async execute(statement: string): Promise<void> {
    await this.ask(() => this.database.exec(statement));
  }

  async rows<T>(select: string): Promise<T[]> {
    const { rows } = await this.ask(() => this.database.query<{ rows: string }>(jsonSelect(select)));
    return asRows<T>(rows[0]?.rows ?? '[]');
  }

  /** It is in this process, and answers. */
  attend(): void {}

  /** Leaves the database to whoever opened it. */
  async close(): Promise<void> {}

  private async ask<T>(query: () => Promise<T>): Promise<T> {
    try {
      return await query();
    } catch (error) {
      const { code, message, detail, hint } = error as Error & { code?: string; detail?: string; hint?: string };
      throw code === undefined ? error : new DatabaseError(message, code, detail, hint);
    }
  }
}
