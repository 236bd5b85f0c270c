import { checkArchive } from '../backup/archive.js';
import { programsFor } from '../backup/programs-for.js';
import { connectorTo } from '../database/connect.js';
import type { DirectTarget, DockerTarget } from '../database/target.js';
import { withSession } from '../database/with-session.js';
import type { Listener } from '../engine/progress.js';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { leftUnfinished, setAsideReviews } from '../inspection/findings.js';
import { inspect } from '../inspection/inspect.js';
import { anotherDatabase } from '../restore/another-database.js';
import { openDumpFile, type DumpFile } from '../restore/dump-file.js';
import { readUnmakeable } from '../restore/extensions.js';
import { restore as putBack, type Restored } from '../restore/restore.js';
import { cancelled } from './cancelled.js';
import { agreeToEmptyTables, type Restoring } from './empty-tables.js';
import { locateFor } from './find/locate.js';
import type { OutcomeOf } from './outcome.js';
import { restorePhases } from './phases.js';
import { lookAtPresent, lookAtServer, type Server } from './restore-looks.js';
import { runCommand, type Run, type RunContext } from './run.js';
import type { Why } from './stops.js';
import { own } from '../errors/remedy.js';

type RestoreRun = Run<'restore'>;

/** Puts a backup in the database's place: from the file to the verdict. */
export function restore(context: RunContext<'restore'>): Promise<OutcomeOf<'restore'>> {
  return runCommand('restore', context, async (run) => {
    const { options, emit } = run;
    const dump = await openDumpFile(options.file);
    // Without a database in memory there is no other kind.
    const target = (await locateFor(run)).target as DockerTarget | DirectTarget;
    const server = await lookAtServer(target, options);
    const present = server.present && (await lookAtPresent(target, run));
    run.learn({ inspection: present });
    await emit({ kind: 'found', target, inspection: present });
    const programs = await programsFor(target, server.serverVersion);
    const left = () => cancelled('restore');
    const archive = await run.readable(left, (signal) => checkArchive(programs, dump.path, dump.bytes, signal));
    await emit({ kind: 'archive-seen', target, present, archive });
    const identity = present?.identity ?? server.identity;
    const foreign = anotherDatabase(archive, { database: target.database, identity, isThere: present !== undefined });
    if (foreign) await emit({ kind: 'another-database', finding: foreign });
    const file = { path: dump.path, bytes: dump.bytes };
    const made = { programs, file, entries: archive.entries, present: present?.conditions?.extensions ?? [] };
    const meets = await run.readable(left, (signal) =>
      withSession(server.beside, (admin) => readUnmakeable(admin, { ...made, signal })),
    );
    if (meets.length > 0) await emit({ kind: 'restore-meets', findings: meets });
    run.note(...meets);
    const restoring = { target, programs, dump, present, archive };
    const needsRows = await agreeToEmptyTables(run, restoring);
    if (!(await run.decide({ kind: 'restore', database: target.database }))) throw left();
    const restored = await putInPlace(run, server, restoring, needsRows);
    run.note(...restored.unfinished.map((one) => leftUnfinished(one, 'the restored database')));
    if (restored.keptAs !== undefined)
      run.note(...setAsideReviews(present?.setAside, ` in the database ${restored.keptAs}`));
    run.learn({ restored: { ...restored, file: dump.path, replaced: present?.version } });
    const inspection = await lookAfterwards(target, options.schema, restored);
    const findings = foreign && { findings: [foreign, ...inspection.findings] };
    return { result: 'restored', exitCode: ExitCode.done, inspection, ...findings };
  });
}

function putInPlace(
  run: RestoreRun,
  { beside, present }: Server,
  { target, programs, dump, archive }: Omit<Restoring, 'present'> & { dump: DumpFile },
  needsRows: boolean,
): Promise<Restored> {
  const { deadline } = run;
  const { schema, whileRunning } = run.options;
  const job = { beside, present, target, programs, dump, entries: archive.entries, needsRows, schema, deadline };
  let swapping = false;
  return run.inPhases(restorePhases(target.database), (listener) => {
    const on: Listener = (progress) => {
      swapping ||= progress.phase === 'swap';
      listener(progress);
    };
    return run.cancellable(
      () => (swapping ? 'swapping' : 'scratch'),
      (why) => leftAtOnce(swapping, why),
      (signal) => putBack({ ...job, endSessions: Boolean(whileRunning), signal }, on),
      { changes: true },
    );
  });
}

/** A fresh session sees what YokeFlow will see. */
async function lookAfterwards(
  target: DockerTarget | DirectTarget,
  schema: string | undefined,
  { keptAs }: Restored,
): ReturnType<typeof inspect> {
  try {
    return await withSession(connectorTo(target, target.database), (session) =>
      inspect(session, undefined, { schema }),
    );
  } catch (cause) {
    throw new UpgradeError({
      code: 'YF602',
      exitCode: ExitCode.changedAndFailing,
      message: `The backup is in the database's place${keptAs === undefined ? '' : `, the one before is kept as ${keptAs}`}, but it could not be looked at afterwards.`,
      found: [cause instanceof Error ? cause.message : String(cause)],
      remedy: [own('status')],
      changed: true,
      cause,
    });
  }
}

/** The two renames are one transaction, and which side of it this was is not known once it has begun. */
function leftAtOnce(swapping: boolean, why: Why): UpgradeError {
  const late = why === 'no end in time';
  return new UpgradeError({
    code: swapping && late ? 'YF504' : 'YF701',
    exitCode: swapping && late ? ExitCode.unknownOutcome : ExitCode.cancelled,
    message: `${late ? 'Left without an answer from the server' : 'Left at once, without waiting for the end'}. ${swapping ? 'The database is the old one or the restored one' : 'The database is the one that was there'}; the next restore drops what is left of this one.`,
    remedy: swapping
      ? ['To see which of the two it is, run: ', own('status')]
      : ['To see where the database is, run: ', own('status')],
    changed: swapping ? 'unknown' : false,
  });
}
