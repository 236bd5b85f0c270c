import { quoteIdentifier } from '../database/quote.js';
import { describeBlocker, type Blocker } from '../database/blockers.js';
import { isLockConflict } from './probes.js';
import type { Listener } from './progress.js';
import type { NeededLock } from '../planning/affected-objects.js';
import type { Worker } from './worker.js';

/** Two runs on one database never overlap: this advisory lock is held to the end of the transaction. */
export const UPGRADE_LOCK = 0x596f6b65; // "Yoke"

/** How long, in ms, a lock may be waited for while others are held. */
const BRIEF_MS = 20;
/** How long, in ms, a wait may last before somebody asks who is in the way. */
const ASK_AFTER_MS = 250;

export class TableInUse extends Error {
  override readonly name = 'TableInUse';
  constructor(
    readonly table: string,
    /** Who was in the way, as far as anybody saw. */
    readonly blockers: readonly Blocker[],
    cause: unknown,
  ) {
    super(`${table} is locked`, { cause });
  }
}

/**
 * Takes every lock of a transaction before it changes anything. It waits for the first lock only. If another lock is
 * not free (nearly) at once, the attempt ends, and the next attempt takes that lock first. So nobody is held up for
 * longer than one lock timeout and the transaction itself, and there can be no deadlock: a session that waits holds no
 * locks.
 */
export class TableLocks {
  private missed: string | undefined;

  constructor(
    private readonly needed: readonly NeededLock[],
    private readonly schema: string,
  ) {}

  /**
   * To be called inside the transaction. From then on no lock of it is waited for longer than a few ms.
   * @param backend process id of the worker's backend
   * @throws {TableInUse}
   * @throws {ConnectionLost}
   */
  async take(worker: Worker, backend: number, lockTimeoutMs: number, on: Listener): Promise<void> {
    const brief = `SET LOCAL lock_timeout = ${Math.max(1, Math.min(BRIEF_MS, lockTimeoutMs))}`;
    const order = [...this.needed].sort((a, b) => Number(b.table === this.missed) - Number(a.table === this.missed));
    const [first, ...others] = order.map((lock) => lockStatement(lock, this.schema));
    const statements = first === undefined ? [brief] : [first, brief, ...others];
    let done = 0;
    // `brief` waits for nothing.
    const table = () => order[Math.max(0, done - 1)]?.table ?? '';
    let blockers: Blocker[] = [];
    const { deadline } = worker.wait;
    const began = Date.now();
    const ask = async () => {
      const found = await worker.watch.blockersOf(backend);
      if (found.length === 0) return;
      blockers = found;
      deadline.begin(Date.now() - began);
      on({
        phase: 'waiting',
        waitsFor: 'lock',
        reason: `${table()} is locked by ${found.map(describeBlocker).join('; ')}`,
        blockers,
      });
    };
    const asking = setInterval(
      () => void ask(),
      Math.min(ASK_AFTER_MS, Math.max(1, deadline.lockTimeoutMs(lockTimeoutMs) / 2)),
    );
    try {
      await worker.session.executeAll(statements, (count) => (done = count));
    } catch (error) {
      if (!isLockConflict(error)) throw error;
      this.missed = table();
      throw new TableInUse(this.missed, blockers, error);
    } finally {
      clearInterval(asking);
    }
  }
}

/** What takes a lock and does nothing else. */
export function lockStatement({ table, mode }: NeededLock, schema: string): string {
  return `LOCK TABLE ${quoteIdentifier(schema)}.${quoteIdentifier(table)} IN ${mode} MODE`;
}
