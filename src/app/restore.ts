import { checkArchive, type Archive } from '../backup/archive.js';
import { dumpRole } from '../backup/plan.js';
import { key } from '../catalog/keys.js';
import { programsFor } from '../backup/programs-for.js';
import type { Settings } from '../cli/settings.js';
import { connectorBeside, connectorTo } from '../database/connect.js';
import type { Session } from '../database/session.js';
import type { DirectTarget, DockerTarget, Target } from '../database/target.js';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { own } from '../errors/remedy.js';
import { tellFound } from '../ui/events/found.js';
import { visible } from '../inert/visible.js';
import { identityIfKnown, type Identity } from '../detect/identity.js';
import { findingLines } from '../ui/text/finding-lines.js';
import { failure, type Outcome } from './outcome.js';
import { formatBytes } from '../inert/words.js';
import { newestRelease } from '../releases/registry.js';
import { connectedSessions, stillConnected } from '../scratch/connected.js';
import { anotherDatabase } from '../restore/another-database.js';
import type { DumpFile } from '../restore/dump-file.js';
import { mayNot } from '../restore/failure.js';
import { readProperties, type DatabaseProperties } from '../scratch/properties.js';
import { readUnmakeable, type ArchiveToRestore } from '../restore/extensions.js';
import { restore, type Restored, type RestoreJob } from '../restore/restore.js';
import type { Terminal } from '../ui/terminal/terminal.js';
import { inspect, type Inspection } from '../inspection/inspect.js';
import { LOCK_TIMEOUT_MS, withLockTimeout } from '../inspection/lock-timeout.js';
import { leftUnfinished, setAsideReviews, type Finding } from '../inspection/findings.js';
import { recogniseNewer } from '../planning/newer.js';
import { conditionsBeside } from '../inspection/preflight-checks/conditions.js';
import { SESSIONS_OF_A_CHANGE } from '../inspection/preflight-checks/connections.js';
import { refusal } from '../inspection/preflight.js';
import { askRestore } from '../ui/terminal/conversation.js';
import { agreeToEmptyTables } from './empty-tables.js';
import type { Known } from './first-look.js';
import { headerLines, whereText } from '../ui/text/header.js';
import { cancelled } from './cancelled.js';
import { restorePhases } from './phases.js';
import type { Listener } from '../engine/progress.js';
import { cancellable, type Why } from './signals.js';
import { withTaskList } from '../ui/terminal/tasks.js';
import { collecting, note } from './told.js';

type Server = Pick<RestoreJob, 'beside' | 'present'> & { serverVersion: number; identity: Identity | undefined };

/** The restore from the file to the verdict: with a question on a terminal, without one after --yes. */
export async function runRestore(
  anyTarget: Target,
  dump: DumpFile,
  settings: Settings,
  terminal: Terminal,
): Promise<Outcome> {
  const known: Known = { command: 'restore', target: anyTarget };
  try {
    const target = anyTarget as DockerTarget | DirectTarget;
    const server = await lookAtServer(target, settings);
    const present = server.present && (await lookAtPresent(target, settings));
    Object.assign(known, { inspection: present });
    await tellFound(terminal, target, present);
    const programs = await programsFor(target, server.serverVersion);
    const archive = await cancellable(
      () => undefined,
      () => cancelled('restore'),
      (signal) =>
        checkArchive(programs, dump.path, dump.bytes, signal).catch((error: unknown) => {
          throw signal.aborted ? cancelled('restore') : error;
        }),
    );
    terminal.say(
      [
        '',
        'YokeFlow restore',
        '',
        ...(present
          ? headerLines(target, present, terminal.talk)
          : [`  Database   ${visible(target.database)} ${whereText(target)}: not there yet`]),
        ...archiveLines(archive),
        '',
      ].join('\n'),
    );
    const foreign = anotherDatabase(archive, {
      database: target.database,
      identity: present?.identity ?? server.identity,
      isThere: present !== undefined,
    });
    if (foreign)
      (settings.yes ? terminal.say : terminal.insist)(
        [...findingLines([foreign], terminal.talk, true).slice(1), ''].join('\n'),
      );
    const meets = await cancellable(
      () => undefined,
      () => cancelled('restore'),
      (signal) =>
        meetExtensions(server.beside, {
          programs,
          file: { path: dump.path, bytes: dump.bytes },
          entries: archive.entries,
          present: present?.conditions?.extensions ?? [],
          signal,
        }).catch((error: unknown) => {
          throw signal.aborted ? cancelled('restore') : error;
        }),
    );
    if (meets.length > 0)
      terminal.say([...meets.map(({ title }) => `  ${terminal.talk.note} ${title}`), ''].join('\n'));
    note(known, ...meets);
    const needsRows = await agreeToEmptyTables({ target, programs, dump, present, archive }, settings, terminal);
    if (!settings.yes && !(await askRestore(terminal, target.database))) throw cancelled('restore');
    let swapping = false;
    const restored = await withTaskList(restorePhases(target.database), terminal, (listener) => {
      const on: Listener = (progress) => {
        swapping ||= progress.phase === 'swap';
        listener(progress);
      };
      return cancellable(
        () =>
          terminal.say(
            swapping
              ? '  Too late to cancel: the databases are changing places. Looking at what came of it ...'
              : '  Cancelling: dropping the scratch database ...',
          ),
        (why) => cancelledAtOnce(swapping, why),
        (signal) =>
          restore(
            {
              beside: server.beside,
              present: server.present,
              target,
              programs,
              dump,
              entries: archive.entries,
              needsRows,
              schema: settings.schema,
              endSessions: Boolean(settings.whileRunning),
              deadline: settings.deadline,
              signal,
            },
            collecting(known, on),
          ),
        { changes: true },
      );
    });
    note(known, ...restored.unfinished.map((one) => leftUnfinished(one, 'the restored database')));
    if (restored.keptAs !== undefined)
      note(known, ...setAsideReviews(present?.setAside, ` in the database ${restored.keptAs}`));
    const done: Outcome = {
      ...known,
      result: 'restored',
      exitCode: ExitCode.done,
      restored: { ...restored, file: dump.path, replaced: present?.version },
    };
    const fresh = await withFreshLook(done, target, settings, restored);
    return foreign && fresh.inspection ? { ...fresh, findings: [foreign, ...fresh.inspection.findings] } : fresh;
  } catch (error) {
    return failure(error, known);
  }
}

/**
 * What is beside the database, and whether a restore may begin.
 * @throws {UpgradeError} YF320, YF321, YF343, YF345
 */
async function lookAtServer(target: DockerTarget | DirectTarget, { whileRunning }: Settings): Promise<Server> {
  const beside = await connectorBeside(target);
  const admin = await beside();
  try {
    const present = await readProperties(admin, target.database);
    const serverVersion = await mayRestore(admin, present);
    const found = await connectedSessions(admin, target.database);
    const inTheWay = await conditionsBeside(admin, SESSIONS_OF_A_CHANGE);
    if (inTheWay) throw inTheWay;
    if (found.length > 0 && !whileRunning) throw stillConnected(target.database, found);
    return { beside, present, serverVersion, identity: await identityIfKnown(admin) };
  } finally {
    await admin.close();
  }
}

async function meetExtensions(beside: RestoreJob['beside'], archive: ArchiveToRestore): Promise<Finding[]> {
  const admin = await beside();
  return readUnmakeable(admin, archive).finally(() => admin.close());
}

/** @returns server_version_num */
async function mayRestore(admin: Session, present: DatabaseProperties | undefined): Promise<number> {
  const [facts] = await admin.rows<{ version: number; role: string; may_create: boolean }>(
    `SELECT current_setting('server_version_num')::integer AS version, current_user AS role,
            (SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user) AS may_create`,
  );
  if (!facts?.may_create) throw mayNot(`the role ${facts?.role} lacks CREATEDB`);
  if (present && !present.mayOwn)
    throw mayNot(`the role ${facts.role} does not own the database: ${present.owner} does`);
  return facts.version;
}

/**
 * Looks at the database that is to be replaced. A broken, half-upgraded or empty one is what a restore is for;
 * somebody else's is not.
 * @throws {UpgradeError} YF302
 */
async function lookAtPresent(target: DockerTarget | DirectTarget, { schema }: Settings): Promise<Inspection> {
  const session = await connectorTo(target, target.database)();
  try {
    const inspection = await withLockTimeout(session, LOCK_TIMEOUT_MS, () =>
      inspect(session, newestRelease, { schema, dumpRole: dumpRole(target) }),
    );
    const refused = inspection.version.state === 'foreign' ? refusal(inspection) : undefined;
    if (refused) throw refused;
    return inspection;
  } finally {
    await session.close();
  }
}

function archiveLines({ file, bytes, database, server, made, tables }: Archive): string[] {
  return [
    `  Backup     ${visible(file)}   (${formatBytes(bytes)}, whole)`,
    visible(
      `             of ${database ?? 'an unnamed database'}${server ? `, PostgreSQL ${server}` : ''}${made ? `, made ${made}` : ''}`,
    ),
    ...(recogniseNewer(new Map(tables.map((table) => [key.table(table), ''])))
      ? ['             It holds YokeFlow 2.x, which the code of 1.x does not work with.']
      : []),
  ];
}

/** A fresh session sees what YokeFlow will see. */
async function withFreshLook(
  done: Outcome,
  target: DockerTarget | DirectTarget,
  { schema }: Settings,
  { keptAs }: Restored,
): Promise<Outcome> {
  try {
    const session = await connectorTo(target, target.database)();
    const inspection = await inspect(session, newestRelease, { schema }).finally(() => session.close());
    return { ...done, inspection };
  } catch (cause) {
    return failure(
      new UpgradeError({
        code: 'YF602',
        exitCode: ExitCode.changedAndFailing,
        message: `The backup is in the database's place${keptAs === undefined ? '' : `, the one before is kept as ${keptAs}`}, and it could not be looked at once more.`,
        found: [cause instanceof Error ? cause.message : String(cause)],
        remedy: [own('status')],
        changed: true,
        cause,
      }),
      done,
    );
  }
}

/** The two renames are one transaction, and which side of it this was is not known once it has begun. */
function cancelledAtOnce(swapping: boolean, why: Why): UpgradeError {
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
