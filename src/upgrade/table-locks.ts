import { quoteIdentifier, quoteLiteral } from '../database/quote.js';
import { isLockConflict } from './probes.js';
import type { Listener } from './progress.js';
import type { NeededLock } from './touched.js';
import { describeBlocker } from './watch.js';
import type { Worker } from './worker.js';

/** How long, in ms, a lock may be waited for while others are held. */
const BRIEF_MS = 20;
/** How long, in ms, a wait may last before somebody asks who is in the way. */
const ASK_AFTER_MS = 250;

/** A table or view is in use by others. */
export class TableInUse extends Error {
  override readonly name = 'TableInUse';
  constructor(
    readonly relation: string,
    /** Who was in the way, one line each. */
    readonly blockers: readonly string[],
    cause: unknown,
  ) {
    super(`${relation} is locked`, { cause });
  }
}

/**
 * Takes every lock of a transaction before it changes anything. Only the first is waited for; the others must come
 * (nearly) at once, or the attempt is given up and the next one begins with the one that did not. So nobody is held
 * up for longer than one lock timeout and the transaction itself, and no deadlock can come about: whoever waits
 * holds nothing.
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
    const order = [...this.needed].sort((a, b) => Number(b.relation === this.missed) - Number(a.relation === this.missed));
    for (const [index, lock] of order.entries()) {
      if (index === 1) await worker.session.execute(brief);
      await this.takeOne(lock, worker, backend, lockTimeoutMs, on);
    }
    if (order.length < 2) await worker.session.execute(brief);
  }

  private async takeOne(lock: NeededLock, worker: Worker, backend: number, lockTimeoutMs: number, on: Listener): Promise<void> {
    let blockers: string[] = [];
    const ask = async () => {
      const found = await worker.watch.blockersOf(backend);
      if (found.length === 0) return;
      blockers = found.map(describeBlocker);
      on({ phase: 'waiting', reason: `${lock.relation} is locked by ${blockers.join('; ')}` });
    };
    const asking = setInterval(() => void ask(), Math.min(ASK_AFTER_MS, Math.max(1, lockTimeoutMs / 2)));
    try {
      await worker.session.execute(lockStatement(lock, this.schema));
    } catch (error) {
      if (!isLockConflict(error)) throw error;
      this.missed = lock.relation;
      throw new TableInUse(lock.relation, blockers, error);
    } finally {
      clearInterval(asking);
    }
  }
}

/**
 * What takes a lock and does nothing else. LOCK TABLE on a view would lock the tables under it as well ("LOCK" in
 * PostgreSQL's documentation), so a view is given the owner that it has, which locks just the view.
 */
export function lockStatement({ relation, kind, mode }: NeededLock, schema: string): string {
  const name = `${quoteIdentifier(schema)}.${quoteIdentifier(relation)}`;
  if (kind === 'table') return `LOCK TABLE ${name} IN ${mode} MODE`;
  return `DO $lock$
BEGIN
  EXECUTE format('ALTER VIEW %s OWNER TO %I', ${quoteLiteral(name)},
                 (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = ${quoteLiteral(name)}::regclass));
END
$lock$`;
}
