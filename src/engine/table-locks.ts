import { quoteIdentifier } from '../database/quote.js';
import { describeBlocker, type Blocker } from '../database/blockers.js';
import { DatabaseError, type Session } from '../database/session.js';
import type { Attempts, HeldUp } from './held-up.js';
import { inOrder, readHolders, readWrites } from './lock-queue.js';
import { isLockConflict } from './probes.js';
import type { Listener } from './progress.js';
import type { NeededLock } from '../planning/affected-objects.js';
import type { Worker } from './worker.js';

/** Two runs on one database never overlap: this advisory lock is held to the end of the transaction. */
export const UPGRADE_LOCK = 0x596f6b65; // "Yoke"

/** How long, in ms, a lock may be waited for while others are held, where nobody can see who is waiting for those. */
const BRIEF_MS = 20;
/** How often, in ms, somebody looks who is in the way. PostgreSQL looks for a deadlock after a second. */
const LOOK_EVERY_MS = 100;
/** The shortest time, in ms, between two reports of who that is. */
const TELL_EVERY_MS = 250;
/** SQLSTATE of a statement that was cancelled. */
const CANCELLED = '57014';

export class TableInUse extends Error {
  override readonly name = 'TableInUse';
  constructor(
    readonly table: string,
    /** Who was in the way, as far as anybody saw. */
    readonly blockers: readonly Blocker[],
    cause: unknown,
    /** Asks who holds the table now. */
    readonly holders: (session: Session) => Promise<Blocker[]>,
    /** Whether the attempt made way for somebody who waited for it in turn. */
    readonly gaveWay: boolean,
  ) {
    super(`${table} is locked`, { cause });
  }
}

/**
 * Takes every lock of a transaction before it changes anything, so that none has to become a stronger one later. An attempt
 * has one time for all of its locks, and nobody is held up for longer than that and the transaction itself. While it waits for a
 * lock and holds others, the watch looks for somebody who waits for those in turn: the attempt then gives way before PostgreSQL
 * would call it a deadlock, and the next one takes that lock first, holding none.
 */
export class TableLocks {
  private missed: string | undefined;

  constructor(
    private readonly needed: readonly NeededLock[],
    private readonly schema: string,
    private readonly heldUp: HeldUp,
  ) {}

  /** What the attempts came to so far; undefined where no lock was asked for. */
  get attempts(): Attempts | undefined {
    return this.heldUp.attempts;
  }

  /**
   * To be called inside the transaction.
   * @param backend process id of the worker's backend
   * @param lockTimeoutMs how long the attempt may wait for all of its locks, in ms
   * @throws {TableInUse}
   * @throws {ConnectionLost}
   */
  async take(worker: Worker, backend: number, lockTimeoutMs: number, on: Listener): Promise<void> {
    if (this.needed.length === 0) return;
    const { session, watch } = worker;
    // The clock of the attempt starts ahead of the locks: nothing is asked of the server between two of them that can be asked before.
    session.ahead(clockStarts(lockTimeoutMs));
    const order = inOrder(this.needed, await readWrites(session, this.schema), this.missed);
    const brief = `SET LOCAL lock_timeout = ${Math.min(BRIEF_MS, lockTimeoutMs)}`;
    const next = watch.isBeside ? timeLeft(lockTimeoutMs) : brief;
    // After the last one no lock is waited for longer than a moment.
    const statements = order.flatMap((lock, index) => [
      lockStatement(lock, this.schema),
      index === order.length - 1 ? brief : next,
    ]);
    let done = 0;
    const current = () => order[Math.min(done >> 1, order.length - 1)] as NeededLock;
    const waiting = watchOver(worker, backend, lockTimeoutMs, () => current().table, on);
    this.heldUp.begin();
    try {
      await session.executeAll(statements, (count) => (done = count));
    } catch (error) {
      await waiting.stop();
      if (!isLockConflict(error) && !(waiting.gaveWay && isCancelled(error))) throw error;
      throw this.inUse(current(), waiting, error);
    }
    await waiting.stop();
    // Asked to give up just when it had them all: what that hits is not known, so it counts.
    if (waiting.gaveWay) throw this.inUse(current(), waiting, undefined);
  }

  private inUse(lock: NeededLock, { blockers, gaveWay }: Waiting, cause: unknown): TableInUse {
    this.missed = lock.table;
    const holders = (session: Session) => readHolders(session, this.schema, lock);
    return new TableInUse(lock.table, blockers(), cause, holders, gaveWay);
  }
}

const isCancelled = (error: unknown) => error instanceof DatabaseError && error.sqlState === CANCELLED;

interface Waiting {
  /** Who was in the way when somebody last looked. */
  readonly blockers: () => readonly Blocker[];
  readonly gaveWay: boolean;
  /** Returns when nothing is on its way to the server any more. */
  stop(): Promise<void>;
}

/** Looks from beside who is in the way of a backend, tells it, and makes the backend give way where a deadlock is in the making. */
function watchOver(
  { watch, wait: { deadline } }: Worker,
  backend: number,
  lockTimeoutMs: number,
  table: () => string,
  on: Listener,
): Waiting & { gaveWay: boolean } {
  const began = Date.now();
  let [found, toldAt, isOver]: [readonly Blocker[], number, boolean] = [[], 0, false];
  let looking: Promise<void> | undefined;
  const look = async () => {
    const [blockers, isCircle] = await Promise.all([watch.blockersOf(backend), watch.isInCircle(backend)]);
    if (isOver || blockers.length === 0) return;
    found = blockers;
    deadline.begin(Date.now() - began);
    if (isCircle && !waiting.gaveWay) {
      waiting.gaveWay = true;
      await watch.cancel(backend);
    }
    if (Date.now() - toldAt < TELL_EVERY_MS) return;
    toldAt = Date.now();
    const reason = `${table()} is locked by ${describeBlockers(blockers)}`;
    on({ phase: 'waiting', waitsFor: 'lock', reason, blockers });
  };
  const timer = setInterval(
    () => (looking ??= look().finally(() => (looking = undefined))),
    Math.min(LOOK_EVERY_MS, Math.max(1, deadline.lockTimeoutMs(lockTimeoutMs) / 2)),
  );
  const waiting = {
    blockers: () => found,
    gaveWay: false,
    stop: async () => {
      isOver = true;
      clearInterval(timer);
      if (waiting.gaveWay) await looking;
    },
  };
  return waiting;
}

/** How many of those who are in the way are named. */
const NAMED = 3;

/** Those in the way, in words: the oldest, and how many more there are. */
export function describeBlockers(blockers: readonly Blocker[]): string {
  const more = blockers.length - NAMED;
  return [...blockers.slice(0, NAMED).map(describeBlocker), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

const ENDS = 'yokeflow_upgrade.locks_end';

/** Sets the time for all locks, and with it that for the first. */
const clockStarts = (ms: number) =>
  `SELECT set_config('${ENDS}', (clock_timestamp() + interval '${ms} milliseconds')::text, true), set_config('lock_timeout', '${ms}', true)`;

/** Gives the next lock what is left of that time, and at least a moment. */
const timeLeft = (ms: number) =>
  `SELECT set_config('lock_timeout', GREATEST(${Math.min(BRIEF_MS, ms)}, 1000 * extract(epoch FROM current_setting('${ENDS}')::timestamptz - clock_timestamp()))::integer::text, true)`;

/** What takes a lock and does nothing else. */
export function lockStatement({ table, mode }: NeededLock, schema: string): string {
  return `LOCK TABLE ${quoteIdentifier(schema)}.${quoteIdentifier(table)} IN ${mode} MODE`;
}
