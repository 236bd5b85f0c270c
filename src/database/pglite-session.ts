import type { PGlite } from '@electric-sql/pglite';
import { asRows, jsonSelect } from './json-rows.js';
import { DatabaseError, type Session } from './session.js';

/** A session on the embedded PostgreSQL of `demo`, which has one backend: every session of it is the same one. */
export class PgliteSession implements Session {
  readonly announcedPid = undefined;

  constructor(private readonly database: PGlite) {}

  backendPid(): Promise<number> {
    return Promise.resolve(0);
  }

  async execute(statement: string): Promise<void> {
    await this.ask(() => this.database.exec(statement));
  }

  async rows<T>(select: string): Promise<T[]> {
    const { rows } = await this.ask(() => this.database.query<{ rows: string }>(jsonSelect(select)));
    return asRows<T>(rows[0]?.rows ?? '[]');
  }

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
