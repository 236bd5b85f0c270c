import { hostname } from 'node:os';
import { readCatalog } from '../catalog/read.js';
import { key } from '../catalog/keys.js';
import type { Snapshot } from '../catalog/snapshot.js';
import type { Connect } from '../database/connect.js';
import { quoteIdentifier, quoteLiteral } from '../database/quote.js';
import { DatabaseError, type Session } from '../database/session.js';
import type { Statement } from '../database/split-statements.js';
import { UpgradeError } from '../errors/error.js';
import { own } from '../errors/remedy.js';
import { changeSections, type Section } from '../inspection/change-sections.js';
import { inspect } from '../inspection/inspect.js';
import type { Inspection } from '../inspection/inspection.js';
import { refusal } from '../inspection/preflight.js';
import { pinnedPath, yokeflowPath } from '../planning/transaction-settings.js';
import { inferVersion } from '../planning/version.js';
import { everyRelation } from '../releases/every-relation.js';
import { stepsTo } from '../releases/registry.js';
import type { EnumLabel, Release } from '../releases/release.js';
import { withCancellableWorker } from './cancellation.js';
import { upgradeRun } from './history.js';
import { lockedTransaction, requireAll, runSections, stepFailed } from './locked-transaction.js';
import { retryLocks, type LockRetry } from './lock-retry.js';
import { isLockConflict, runProbes } from './probes.js';
import type { Listener } from './progress.js';
import { recordRun } from './record-run.js';
import { readStanding, requireStanding } from './standing.js';
import { catalogChecks, probeChecks, type Strictness } from './verify.js';
import type { Worker } from './worker.js';

/** The name of the part of a run that loads a schema. */
export const LOAD = 'load schema';

/** A schema that is to be loaded into an empty database, and the release to take it to. */
export interface LoadJob extends Strictness {
  /** The look at the database while it was empty. */
  readonly inspection: Inspection;
  readonly statements: readonly Statement[];
  /** What the statements are from, for messages. */
  readonly from: string;
  readonly target: Release;
  readonly schema: string | undefined;
  readonly lockTimeoutMs: number;
  readonly signal: AbortSignal;
  /** Whether to commit; without it all of it is tried and rolled back. */
  readonly keep: boolean;
}

/** What came of it. */
export interface Loaded {
  /** The database with the schema that was loaded, and the steps that were due then. */
  readonly inspection: Inspection;
  /** All that was run, in order. */
  readonly sections: readonly Section[];
}

/**
 * Loads a schema into an empty database, takes it to a release and proves that it works, in one transaction.
 *
 * PostgreSQL lets no one use a label of ALTER TYPE … ADD VALUE before it is committed, but any label that CREATE TYPE brought: so an enum of
 * the schema gets the labels of later steps as soon as it is made, while nothing uses it yet.
 * @throws {UpgradeError} YF362 where something of the user's would not stay; YF363 where what was loaded is no schema that can be taken to the
 *   release; YF401, YF402, YF501–YF505, YF701 as for {@link apply}
 */
export async function loadSchema(connect: Connect, job: LoadJob, lockRetry: LockRetry, on: Listener): Promise<Loaded> {
  let loaded: Loaded | undefined;
  await withCancellableWorker(connect, job.signal, { deadline: lockRetry.deadline, on }, (worker) =>
    retryLocks(worker.session, lockRetry, job.signal, on, async () => {
      loaded = await loadOnce(worker, job, on);
    }),
  );
  if (loaded === undefined) throw new Error('nothing was loaded');
  return loaded;
}

async function loadOnce(worker: Worker, job: LoadJob, on: Listener): Promise<Loaded> {
  const { inspection, target, schema, lockTimeoutMs, signal, keep } = job;
  const { session } = worker;
  const { snapshot } = inspection;
  let loaded: Loaded | undefined;
  await lockedTransaction(worker, { snapshot, lockTimeoutMs, signal }, keep, on, async () => {
    await requireEmpty(session, job);
    const before = await readStanding(session);
    const load = await runLoad(session, job, on);
    // This transaction acts as the role that connected, so what is known of it holds.
    const seen = await inspect(session, target, { schema, again: true });
    requireRelease(seen, job);
    const sections = changeSections(seen);
    if (seen.plan.steps.length > 0) await runSections(session, sections, signal, false, on);
    await prove(session, job, seen.snapshot.schema, on);
    requireStanding(before, await readStanding(session));
    const run = { ...upgradeRun(seen), operation: 'init' as const, from: null };
    await recordRun(
      session,
      seen.snapshot,
      { ...run, host: hostname(), server: inspection.identity.systemIdentifier },
      on,
    );
    loaded = { inspection: seen, sections: [load, ...(seen.plan.steps.length > 0 ? sections : [])] };
  });
  if (loaded === undefined) throw new Error('the transaction ended without its work');
  return loaded;
}

/** @throws {UpgradeError} YF505 */
async function requireEmpty(session: Session, { inspection, schema }: LoadJob): Promise<void> {
  const { relationCount } = await readCatalog(session, everyRelation, schema ?? inspection.snapshot.schema);
  if (relationCount === inspection.snapshot.relationCount) return;
  throw new UpgradeError({
    code: 'YF505',
    message: 'The database is not empty any more: somebody made tables in it in the meantime.',
    remedy: ['To see what is in it now, run: ', own('status')],
  });
}

/**
 * Runs the statements of the schema.
 * @returns them with those that completed its enums
 */
async function runLoad(session: Session, job: LoadJob, on: Listener): Promise<Section> {
  const { statements, inspection, from, signal, target } = job;
  const title = `Load YokeFlow's schema from ${from}`;
  const ran: Statement[] = [];
  const run = async (statement: Statement) => {
    await session.execute(statement.sql);
    ran.push(statement);
  };
  let due = stepsTo(target).flatMap(({ labels }) => labels);
  on({ phase: 'section', name: LOAD, title, statements: statements.length, dryRun: false });
  await run({ sql: yokeflowPath(inspection.snapshot), line: 1 });
  for (const [index, statement] of statements.entries()) {
    signal.throwIfAborted();
    on({ phase: 'statement', name: LOAD, number: index + 1, statements: statements.length, dryRun: false });
    try {
      await run(statement);
      if (due.length > 0 && /\benum\b/i.test(statement.sql)) due = await completeEnums(session, due, run);
    } catch (error) {
      if (!(error instanceof DatabaseError) || isLockConflict(error)) throw error;
      throw stepFailed(from, statement.sql, statement.line, error);
    }
  }
  await run({ sql: pinnedPath, line: 1 });
  return { name: LOAD, title, statements: ran };
}

/**
 * Makes each enum that was just made anew, with the labels that later steps bring.
 * @returns the labels of enums that are not there yet
 */
async function completeEnums(
  session: Session,
  due: readonly EnumLabel[],
  run: (statement: Statement) => Promise<void>,
): Promise<EnumLabel[]> {
  const made = await session.rows<{ type: string; schema: string; labels: string[] }>(
    `SELECT t.typname AS type, n.nspname AS schema, json_agg(e.enumlabel ORDER BY e.enumsortorder) AS labels
       FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_enum e ON e.enumtypid = t.oid
      WHERE t.typname IN (${[...new Set(due.map(({ type }) => quoteLiteral(type)))].join(', ')}) GROUP BY t.typname, n.nspname`,
  );
  for (const { type, schema, labels } of made) {
    const missing = due.filter((one) => one.type === type && !labels.includes(one.label));
    if (missing.length === 0) continue;
    const name = `${quoteIdentifier(schema)}.${quoteIdentifier(type)}`;
    const all = [...labels, ...missing.map(({ label }) => label)].map(quoteLiteral).join(', ');
    await run({ sql: `DROP TYPE ${name}`, line: 1 });
    await run({ sql: `CREATE TYPE ${name} AS ENUM (${all})`, line: 1 });
  }
  return due.filter(({ type }) => !made.some((one) => one.type === type));
}

/**
 * What was loaded has to be a release, with nothing in the way of the steps that follow.
 * @throws {UpgradeError} YF363
 */
function requireRelease(seen: Inspection, { from }: LoadJob): void {
  const refused = refusal(seen);
  const late = seen.plan.labels.filter(({ type, label }) => !seen.snapshot.objects.has(key.label(type, label)));
  if (refused === undefined && late.length === 0) return;
  throw notUsable(
    from,
    refused
      ? [refused.message, ...refused.found]
      : [`its enum ${late[0]?.type} could not be given the labels ${late.map(({ label }) => label).join(', ')}`],
  );
}

/** A schema file that leads to no release. Everything was rolled back. */
export function notUsable(from: string, found: readonly string[]): UpgradeError {
  return new UpgradeError({
    code: 'YF363',
    message: `${from} could not be used.`,
    found,
    remedy: [
      "To load this program's own schema, run it where there is no checkout of YokeFlow: ",
      own('upgrade', '--init'),
    ],
  });
}

async function prove(session: Session, { target, strict }: LoadJob, schema: string, on: Listener): Promise<void> {
  on({ phase: 'checks', dryRun: false });
  const snapshot: Snapshot = await readCatalog(session, everyRelation, schema);
  const results = await runProbes(session, snapshot, stepsTo(target), {
    withNewLabels: true,
    onProbe: ({ title }) => on({ phase: 'probe', title, dryRun: false }),
  });
  requireAll([...catalogChecks(inferVersion(snapshot, target)), ...probeChecks(results, { strict })]);
}
