import { quoteLiteral } from '../database/quote.js';
import { ConnectionLost, DatabaseError, type Session } from '../database/session.js';
import { UpgradeError } from '../errors/error.js';
import type { Snapshot } from '../catalog/snapshot.js';
import { cancelOnAbort } from './cancellation.js';
import { settleCommit, type OpenTransaction } from './commit.js';
import { UpgradeLockHeld } from './lock-retry.js';
import { isLockConflict } from './probes.js';
import type { Listener } from './progress.js';
import { UPGRADE_LOCK } from './table-locks.js';
import { ownSettings } from '../planning/transaction-settings.js';
import type { Section } from '../inspection/change-sections.js';
import type { Check } from '../inspection/check.js';
import type { Worker } from './worker.js';

/** What every transaction that changes a database needs to know. */
export interface TransactionTerms {
  readonly snapshot: Snapshot;
  readonly lockTimeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * One transaction under the upgrade lock. What `work` does in it is committed only if `work` returns. When the user
 * cancels, the server gives up what it is at; from COMMIT on nobody cancels any more.
 * @param keep whether to commit; without it everything is rolled back at the end
 * @param work is given the process id of the backend that serves this transaction
 * @throws {UpgradeLockHeld} when another run holds the upgrade lock
 * @throws {UpgradeError} YF503, YF504 (connection lost around COMMIT)
 * @throws whatever `work` throws, after everything was rolled back
 */
export async function lockedTransaction(
  worker: Worker,
  { snapshot, lockTimeoutMs, signal }: TransactionTerms,
  keep: boolean,
  on: Listener,
  work: (backend: number) => Promise<void>,
): Promise<void> {
  const { session } = worker;
  let transaction: OpenTransaction | undefined;
  signal.throwIfAborted();
  await session.begin();
  // Asked inside the transaction: behind a pooler each transaction may have another backend.
  const backend = await session.backendPid();
  const stopCancelling = cancelOnAbort(worker.watch, backend, signal);
  try {
    const limitMs = worker.wait.deadline.lockTimeoutMs(lockTimeoutMs);
    for (const statement of ownSettings(snapshot, limitMs)) session.ahead(statement);
    await takeUpgradeLock(session);
    await work(backend);
    if (keep) transaction = { id: await currentTransaction(session), backend };
    await stopCancelling();
    signal.throwIfAborted();
  } catch (error) {
    await stopCancelling();
    await session.execute('ROLLBACK').catch(() => undefined);
    throw error;
  }
  if (transaction === undefined) return session.execute('ROLLBACK');
  on({ phase: 'commit' });
  await settleCommit(worker, transaction, on);
}

async function takeUpgradeLock(session: Session): Promise<void> {
  const [row] = await session.rows<{ taken: boolean }>(`SELECT pg_try_advisory_xact_lock(${UPGRADE_LOCK}) AS taken`);
  if (row?.taken !== true) throw new UpgradeLockHeld('another run holds the upgrade lock');
}

/**
 * `txid_current()` of a transaction, which has an id from then on.
 * @throws {DatabaseError | ConnectionLost}
 */
export async function currentTransaction(session: Session): Promise<string> {
  const [row] = await session.rows<{ id: string }>('SELECT txid_current()::text AS id');
  if (row === undefined) throw new ConnectionLost('no transaction id was returned');
  return row.id;
}

/** The most statements, those that set the path included, of a section that shares its message with its neighbour. */
const SMALL = 5;

/**
 * Runs the sections of a script, each in one message, with the small ones before and after it.
 * @throws {UpgradeError} YF501 with the line of the statement that PostgreSQL refused
 * @throws {DatabaseError} when a lock was not to be had
 */
export async function runSections(
  session: Session,
  sections: readonly Section[],
  signal: AbortSignal,
  dryRun: boolean,
  on: Listener,
): Promise<void> {
  const messages: Section[][] = [];
  const isSmall = ({ statements }: Section) => statements.length <= SMALL;
  for (const section of sections) {
    const last = messages.at(-1);
    if (last && (isSmall(section) || last.every(isSmall))) last.push(section);
    else messages.push([section]);
  }
  for (const message of messages) {
    signal.throwIfAborted();
    await runMessage(session, message, dryRun, on);
  }
}

async function runMessage(
  session: Session,
  sections: readonly Section[],
  dryRun: boolean,
  on: Listener,
): Promise<void> {
  const all = sections.flatMap(({ name, title, statements }) =>
    statements.map((statement, index) => ({ ...statement, name, title, index, count: statements.length })),
  );
  let at = 0;
  const begins = (index: number) => {
    at = index;
    const next = all[index];
    if (next === undefined) return;
    const { name, title, count } = next;
    if (next.index === 0) on({ phase: 'section', name, title, statements: count, dryRun });
    on({ phase: 'statement', name, number: next.index + 1, statements: count, dryRun });
  };
  begins(0);
  try {
    await session.executeAll(
      all.map(({ sql }) => sql),
      begins,
    );
  } catch (error) {
    const failed = all[at];
    if (!(error instanceof DatabaseError) || isLockConflict(error) || failed === undefined) throw error;
    throw stepFailed(failed.name, failed.sql, failed.line, error);
  }
}

export function stepFailed(section: string, sql: string, line: number, error: DatabaseError): UpgradeError {
  const found = [`SQLSTATE ${error.sqlState} in ${section}, line ${line}`];
  if (error.detail !== undefined) found.push(error.detail);
  const own = ownHint(sql, error);
  if (own === undefined && error.hint !== undefined && !isRaised(error) && !proposesCascade(error.hint))
    found.push(`PostgreSQL's hint: ${error.hint}`);
  return new UpgradeError({
    code: 'YF501',
    message: `${section} failed: ${error.message}`,
    found,
    remedy: own ?? 'The transaction was rolled back. Fix what PostgreSQL names, then run the same command again.',
    cause: error,
  });
}

/** Whether a function raised it, a trigger of the user's say: then the hint is not PostgreSQL's (class P0 of "PostgreSQL Error Codes"). */
const isRaised = ({ sqlState }: DatabaseError): boolean => sqlState.startsWith('P0');

/** Whether a hint would have the user drop what is built on something. The word is the same in every language. */
const proposesCascade = (hint: string): boolean => /\bCASCADE\b/i.test(hint);

/** The hint, where the statement that failed is a step's own RAISE … USING HINT. Any other one is PostgreSQL's, or a trigger's. Pure. */
function ownHint(sql: string, { hint }: DatabaseError): string | undefined {
  return hint !== undefined && sql.includes(`HINT = ${quoteLiteral(hint)}`) ? hint : undefined;
}

/**
 * Lets a transaction go on to its COMMIT only if every check passed inside it.
 * @throws {UpgradeError} YF502; YF816 where nothing fails but what could not be probed, after --strict
 */
export function requireAll(checks: readonly Check[]): void {
  const failed = checks.filter(({ ok }) => !ok);
  if (failed.length === 0) return;
  if (failed.every(({ probed }) => probed === false))
    throw notProbedStrictly(failed, 'inside the transaction, so it was rolled back');
  throw new UpgradeError({
    code: 'YF502',
    message: `${failed.length === 1 ? 'A check' : `${failed.length} checks`} failed inside the transaction, so it was rolled back.`,
    found: failed.map(({ title, found }) => `${title}: ${found}`),
    remedy: 'Fix what is named above (a trigger, rule or column of your own?), then run the same command again.',
  });
}

/** What --strict makes of probes that could not be run. */
export function notProbedStrictly(skipped: readonly Check[], where: string): UpgradeError {
  return new UpgradeError({
    code: 'YF816',
    message: `${skipped.length === 1 ? 'A check' : `${skipped.length} checks`} could not be probed ${where}: --strict counts that as failed.`,
    found: skipped.map(({ title, found }) => `${title}: ${found}`),
    remedy: 'Leave --strict out, or take away what is named above, then run the same command again.',
  });
}
