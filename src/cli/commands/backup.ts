import { makeBackup } from '../../backup/make.js';
import { dumpRole, planBackup } from '../../backup/plan.js';
import { readWhatRestoreMeets } from '../../backup/will-meet.js';
import type { DirectTarget, DockerTarget } from '../../database/target.js';
import { tellFound } from '../../ui/events/found.js';
import { ExitCode } from '../../errors/error.js';
import { failure, type Outcome } from '../../app/outcome.js';
import { newestRelease } from '../../releases/registry.js';
import type { Terminal } from '../../ui/terminal/terminal.js';
import type { Finding } from '../../inspection/findings.js';
import { inspect, type Inspection } from '../../inspection/inspect.js';
import { LOCK_TIMEOUT_MS } from '../../inspection/lock-timeout.js';
import { refusal } from '../../inspection/preflight.js';
import { backupLines } from '../../app/backup.js';
import { headerLines } from '../../ui/text/header.js';
import { cancelled } from '../../app/cancelled.js';
import { backupPhase } from '../../app/phases.js';
import { cancellable } from '../../app/signals.js';
import { withTaskList } from '../../ui/terminal/tasks.js';
import { collecting, note } from '../../app/told.js';
import { lookWithRetry, tellWaiting } from '../../app/waiting.js';
import type { Run } from '../definitions.js';
import { locate, type Located } from '../../app/locate.js';
import type { Settings } from '../settings.js';

export const backup: Run = async (settings, terminal) => {
  const known: { command: string } & Partial<Outcome> = { command: 'backup' };
  const withLockTimeout = { ...settings, lockTimeout: settings.lockTimeout ?? LOCK_TIMEOUT_MS };
  try {
    const { target, connect } = await locate(settings, terminal);
    Object.assign(known, { target });
    const { inspection, meets } = await lookFor({ target, connect }, withLockTimeout, terminal);
    Object.assign(known, { inspection });
    await tellFound(terminal, target, inspection);
    // A dump is a dump: a 2.x has rows to lose as well.
    const refused = inspection.version.newer === null ? refusal(inspection) : undefined;
    if (refused) return failure(refused, known);
    const plan = await planBackup(target as DockerTarget | DirectTarget, inspection, settings.backupDir, settings.keep);
    terminal.say(
      [
        '',
        'YokeFlow backup',
        '',
        ...headerLines(target, inspection, terminal.talk),
        ...backupLines(target, plan),
        ...meets.map(({ title }) => `  ${terminal.talk.note} ${title}`),
        ...(meets.length > 0 ? [''] : []),
      ].join('\n'),
    );
    note(known, ...meets);
    const made = await withTaskList([backupPhase], terminal, (on) =>
      cancellable(
        () => terminal.say('  Cancelling: removing the unfinished file ...'),
        () => cancelled('backup'),
        (signal) => makeBackup(plan, connect, { deadline: settings.deadline, signal }, collecting(known, on)),
      ),
    );
    return { ...known, result: 'backed-up', exitCode: ExitCode.done, backup: made };
  } catch (error) {
    return failure(error, known);
  }
};

async function lookFor(
  { target, connect }: Located,
  settings: Settings,
  terminal: Terminal,
): Promise<{ inspection: Inspection; meets: Finding[] }> {
  const session = await connect();
  try {
    return await lookWithRetry(session, settings, tellWaiting(terminal), async () => ({
      inspection: await inspect(session, newestRelease, { schema: settings.schema, dumpRole: dumpRole(target) }),
      meets: await readWhatRestoreMeets(session),
    }));
  } finally {
    await session.close();
  }
}
