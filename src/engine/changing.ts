import type { Session } from '../database/session.js';
import type { Snapshot } from '../catalog/snapshot.js';
import { isStill, type Generation } from '../catalog/generation.js';
import { readForeignKeys } from '../catalog/read.js';
import { declaredBy } from '../inspection/affected/declared.js';
import { beginProof } from '../inspection/affected/proof.js';
import { lookAtShapes, partedAtLocks } from './ahead-of-locks.js';
import type { Inspection } from '../inspection/inspection.js';
import { readOwn } from '../inspection/read-own.js';
import { everyRelation } from '../releases/every-relation.js';
import { runSections } from './locked-transaction.js';
import type { Listener, Progress } from './progress.js';
import { UpgradeError } from '../errors/error.js';
import { provesRows, readRewritten, readRows, rowCheck, watchedTables } from './row-proof.js';
import type { Check } from '../inspection/check.js';
import { changeSections } from '../inspection/change-sections.js';
import { lookAgain } from './look-again.js';
import type { Job, Labels } from './job.js';
import { CatalogChanged } from './reliance.js';

/** What the steps met and left. */
interface Changed {
  /** What was due when they were run. */
  readonly now: Inspection;
  /** The catalog after them. */
  readonly changed: Snapshot;
  /** That every row is kept, where rows were moved or written. */
  readonly kept?: Check | undefined;
  /** Whether the tables that get sample rows were looked at before the locks. */
  readonly hasShapes: boolean;
}

/**
 * Makes all that is new before the first lock, and only its foreign keys under the locks: YokeFlow waits for those alone. Where the catalog's
 * generation is known, nothing else has to be read under them: as long as it is the same but for what this transaction has
 * written, everything that was there is as it was, and what was read of the catalog still holds.
 * @param known the generation that `now` was read at; without it, everything is compared one by one
 * @throws {CatalogChanged} where it is another one by now
 */
export async function createAhead(
  session: Session,
  now: Inspection,
  { signal }: Job,
  takeLocks: () => Promise<void>,
  labels: Labels,
  known: Generation | undefined,
  on: Listener,
): Promise<Changed> {
  const compare = known === undefined ? await beginComparing(session, now) : undefined;
  const sections = partedAtLocks(changeSections(now));
  const dryRun = labels === 'left out';
  // Whoever waits for the locks sees that: what was done before is told as done once they are held, or where it fails.
  const done: Progress[] = [];
  try {
    await runSections(session, sections.before, signal, dryRun, (progress) => {
      done.push(progress);
      if (progress.phase === 'statement') on({ ...progress, ahead: true });
    });
  } catch (error) {
    if (error instanceof UpgradeError) done.forEach(on);
    throw error;
  }
  const read = compare ?? (await readAhead(session, now.snapshot.schema, known));
  const hasShapes = await lookAtShapes(session, now.snapshot);
  await takeLocks();
  await runSections(session, sections.under, signal, dryRun, goingOnFrom(done, on));
  return { now, changed: await read(), hasShapes };
}

/**
 * Reads the catalog before the locks.
 * @returns what adds the foreign keys to it that were made under them, and throws {@link CatalogChanged} where more has changed
 */
async function readAhead(
  session: Session,
  schema: string,
  known: Generation | undefined,
): Promise<() => Promise<Snapshot>> {
  const ahead = await readOwn(session, schema);
  return async () => {
    const [holds, keys] = await Promise.all([isStill(session, known), readForeignKeys(session, schema, everyRelation)]);
    if (!holds) throw new CatalogChanged();
    return { ...ahead, objects: new Map([...ahead.objects, ...keys]) };
  };
}

/**
 * Remembers everything that is there.
 * @returns what reads it again and the catalog with it, and throws {@link UpgradeError} YF502 where anything changed that was not declared
 */
async function beginComparing(
  session: Session,
  { plan, snapshot, affected }: Inspection,
): Promise<() => Promise<Snapshot>> {
  const prove = await beginProof(session, declaredBy(plan, snapshot, affected));
  return async () => {
    const [, changed] = await Promise.all([prove(), readOwn(session, snapshot.schema)]);
    return changed;
  };
}

/** Tells each section as one, whose first statements were done before. Pure. */
function goingOnFrom(done: readonly Progress[], on: Listener): Listener {
  const before = (name: string) => done.filter((each) => each.phase === 'statement' && each.name === name);
  return (progress) => {
    if (progress.phase !== 'section' && progress.phase !== 'statement') return on(progress);
    const earlier = before(progress.name);
    const statements = earlier.length + progress.statements;
    if (progress.phase === 'statement')
      return on({ ...progress, number: earlier.length + progress.number, statements });
    on({ ...progress, statements });
    for (const each of earlier) if (each.phase === 'statement') on({ ...each, statements });
  };
}

/**
 * Runs all of the steps under the locks, after a look at what they meet there, or at the catalog's generation where it is known.
 * @param known the generation that `seen` was read at
 */
export async function changeUnderLocks(
  session: Session,
  seen: Inspection,
  job: Job,
  takeLocks: () => Promise<void>,
  labels: Labels,
  known: Generation | undefined,
  on: Listener,
): Promise<Changed> {
  // Ahead of the locks, for which others wait. What has changed since the first look shows under them.
  const early = await beginComparing(session, seen);
  await takeLocks();
  // From here on nobody can change what the steps act on, so this is what is done and put back.
  const holds = await isStill(session, known);
  const now = holds ? seen : await lookAgain(session, job, labels);
  const compare = holds ? early : await beginComparing(session, now);
  const rows = await beginRowProof(session, now);
  await runSections(session, changeSections(now), job.signal, labels === 'left out', on);
  const changed = await compare();
  return { now, changed, kept: await rows?.(changed), hasShapes: false };
}

/**
 * Counts and fingerprints the rows, where the plan moves or writes any.
 * @returns what does the same after the steps and gives the check; undefined where rows stay where they are
 */
async function beginRowProof(
  session: Session,
  { snapshot, plan }: Inspection,
): Promise<((changed: Snapshot) => Promise<Check>) | undefined> {
  if (!provesRows(plan)) return undefined;
  const begun = performance.now();
  const watched = watchedTables(snapshot, plan);
  const before = await readRows(session, snapshot, watched, plan, false);
  return async (changed) => {
    const [after, rewritten] = await Promise.all([
      readRows(session, snapshot, watched, plan, true),
      readRewritten(session, changed, plan),
    ]);
    return rowCheck(watched, before, after, rewritten, performance.now() - begun);
  };
}
