import type { Session } from '../database/session.js';
import type { Snapshot } from '../catalog/snapshot.js';
import { declaredBy } from '../inspection/affected/declared.js';
import { readStates, type States } from '../inspection/affected/proof.js';
import { partedAtLocks } from './ahead-of-locks.js';
import type { Inspection } from '../inspection/inspection.js';
import { runSections } from './locked-transaction.js';
import type { Listener, Progress } from './progress.js';
import { UpgradeError } from '../errors/error.js';
import { provesRows, readRewritten, readRows, rowCheck, watchedTables } from './row-proof.js';
import type { Check } from '../inspection/check.js';
import { changeSections } from '../inspection/change-sections.js';
import { lookAgain } from './look-again.js';
import type { Job, Labels } from './job.js';

/** What the steps met, for what is compared after them. */
interface Changing {
  /** What was due when they were run. */
  readonly now: Inspection;
  readonly declared: ReturnType<typeof declaredBy>;
  readonly before: States;
  readonly rows?: ((changed: Snapshot) => Promise<Check>) | undefined;
}

/**
 * Makes all that is new before the first lock, and only its foreign keys under the locks: YokeFlow waits for those alone. What others may
 * have changed between the look and the locks shows in what is compared and checked after the steps.
 */
export async function createAhead(
  session: Session,
  now: Inspection,
  { signal }: Job,
  takeLocks: () => Promise<void>,
  labels: Labels,
  on: Listener,
): Promise<Changing> {
  const declared = declaredBy(now.plan, now.snapshot, now.affected);
  const before = await readStates(session, declared.scope);
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
  await takeLocks();
  await runSections(session, sections.under, signal, dryRun, goingOnFrom(done, on));
  return { now, declared, before };
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

/** Runs all of the steps under the locks, after a look at what they meet there. */
export async function changeUnderLocks(
  session: Session,
  seen: Inspection,
  job: Job,
  takeLocks: () => Promise<void>,
  labels: Labels,
  on: Listener,
): Promise<Changing> {
  // Ahead of the locks, for which others wait. What has changed since the first look shows under them.
  const planned = declaredBy(seen.plan, seen.snapshot, seen.affected).scope;
  const early = await readStates(session, planned);
  await takeLocks();
  // From here on nobody can change what the steps act on, so this is what is done and put back.
  const now = await lookAgain(session, job, labels);
  const declared = declaredBy(now.plan, now.snapshot, now.affected);
  const isPlanned = JSON.stringify(declared.scope) === JSON.stringify(planned);
  const before = isPlanned ? early : await readStates(session, declared.scope);
  const rows = await beginRowProof(session, now);
  await runSections(session, changeSections(now), job.signal, labels === 'left out', on);
  return { now, declared, before, rows };
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
