import type { Connect } from '../database/connect.js';
import { askOverFreshConnection, livenessOf } from '../database/liveness.js';
import type { Liveness } from '../database/backend-state.js';
import { ConnectionLost, type Session } from '../database/session.js';
import { circleQuery } from './lock-queue.js';
import { within } from '../database/reachable.js';
import { blockersQuery, type Blocker } from '../database/blockers.js';

/** How long, in ms, to wait for an answer. Each usually takes a moment. */
const ANSWER_MS = 3000;

/**
 * A second session beside the one that changes the database: through it a run asks who is in its way while it waits,
 * and cancels what it is at. A run goes on without one where the server grants no second connection.
 */
export class Watch {
  private queue: Promise<unknown> = Promise.resolve();
  /** Whether an answer is overdue. Nothing more is asked before it has come. */
  private isLate = false;

  private constructor(
    private readonly session: Session | undefined,
    private readonly connect: Connect,
  ) {}

  static async open(connect: Connect): Promise<Watch> {
    return new Watch(await connect('watch').catch(() => undefined), connect);
  }

  /**
   * Asks the server to give up what this backend is at, if it is this run's still: behind a pooler it may serve another
   * client by the time that the request gets there, and the application name tells. Never throws.
   */
  async cancel(pid: number): Promise<void> {
    await this.signal('pg_cancel_backend', pid);
  }

  /** Asks the server to end the process, with the same care. Never throws. */
  async terminate(pid: number): Promise<void> {
    await this.signal('pg_terminate_backend', pid);
  }

  /**
   * What the server shows of a process; over a fresh connection where this session gets no answer. Never throws.
   * @param pid undefined behind a pooler
   */
  async liveness(pid: number | undefined): Promise<Liveness> {
    const { session } = this;
    const seen = session && (await this.inTurn(() => livenessOf(session, pid)).catch(() => undefined));
    return seen ?? askOverFreshConnection(() => this.connect(), pid);
  }

  /**
   * Whether something can be committed over this session while the worker's transaction is open. Behind a pooler, a second transaction may have to
   * wait for the connection of the first one.
   */
  get isBeside(): boolean {
    return this.session?.ownPid !== undefined && !this.isLate;
  }

  /**
   * Lets `work` have this session, with its backend's process id; what is asked meanwhile waits for it.
   * @throws {ConnectionLost} where there is no session, or it still owes an answer
   */
  beside<T>(work: (session: Session, backend: number) => Promise<T>): Promise<T> {
    const { session } = this;
    const backend = session?.ownPid;
    if (session === undefined || backend === undefined || this.isLate)
      return Promise.reject(new ConnectionLost('the second session does not answer'));
    const done = this.queue.then(() => work(session, backend));
    this.queue = done.catch(() => undefined);
    return done;
  }

  /** Whether this backend waits for somebody who waits for it. False where that cannot be asked. */
  async isInCircle(pid: number): Promise<boolean> {
    const [row] = await this.ask<{ circle: boolean }>(circleQuery(pid));
    return row?.circle === true;
  }

  /** Who keeps this backend waiting at the moment, the oldest transaction first. Empty where that cannot be asked. */
  blockersOf(pid: number): Promise<Blocker[]> {
    return this.ask<Blocker>(blockersQuery(`SELECT ${pid} AS pid`));
  }

  async close(): Promise<void> {
    if (!this.isLate) await within(ANSWER_MS, this.queue).catch(() => undefined);
    await this.session?.close();
  }

  private async signal(how: 'pg_cancel_backend' | 'pg_terminate_backend', pid: number): Promise<void> {
    await this.ask(`
      SELECT ${how}(pid) AS sent FROM pg_stat_activity
       WHERE pid = ${pid} AND application_name <> '' AND starts_with(current_setting('application_name'), application_name)`);
  }

  /** One statement after the other: psql answers no two at once. None of them is waited for longer than a few seconds. */
  private ask<T>(select: string): Promise<T[]> {
    return this.inTurn(async () => (await this.session?.rows<T>(select)) ?? []).catch(() => []);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.isLate) return Promise.reject(new Error('an answer from before is still awaited'));
    const answer = this.queue.then(work);
    this.queue = answer.catch(() => undefined);
    // A late answer does not end the session: the caller goes on without it. In a container, ending it would end the
    // worker's too.
    return within(ANSWER_MS, answer, () => {
      this.isLate = true;
      void this.queue.then(() => {
        this.isLate = false;
      });
    });
  }
}
