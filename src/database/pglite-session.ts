import type { PGlite } from '@electric-sql/pglite';
import { BatchingSession } from './batching-session.js';
import { DatabaseError } from './session.js';

/** A session on the embedded PostgreSQL of `demo`, which has one backend: every session of it is the same one. */
export class PgliteSession extends BatchingSession {
  readonly announcedPid = undefined;

  private constructor(private readonly database: PGlite) {
    super();
  }

  /** Takes over the database, and decides the settings of its one session. */
  static async open(database: PGlite): Promise<PgliteSession> {
    // The path that it had before this program has pinned it for the first time is that of the role.
    await database.exec('RESET search_path');
    const session = new PgliteSession(database);
    await session.settle();
    return session;
  }

  override get ownPid(): undefined {
    return undefined;
  }

  override backendPid(): Promise<number> {
    return Promise.resolve(0);
  }

  /** At once: another session may begin its transaction next, on the same backend. */
  override rollback(): void {
    super.rollback();
    this.sendNow();
  }

  /** It is in this process, and answers. */
  override attend(): void {}

  /** Leaves the database to whoever opened it. */
  async close(): Promise<void> {}

  protected async send(statements: readonly string[], answered: (answer: string) => void): Promise<void> {
    try {
      for (const statement of statements) {
        const results = await this.database.exec(statement, { rowMode: 'array' });
        const [value] = (results.at(-1)?.rows[0] ?? []) as unknown as unknown[];
        answered(typeof value === 'string' ? value : JSON.stringify(value ?? ''));
      }
    } catch (error) {
      const { code, message, detail, hint } = error as Error & { code?: string; detail?: string; hint?: string };
      throw code === undefined ? error : new DatabaseError(message, code, detail, hint);
    }
  }

  protected giveUp(): void {}
}
