import type { Settings } from '../../cli/settings.js';
import { candidateText, optionFor, targetOf, type Described } from '../../detect/choose.js';
import { unusableContainer } from '../../detect/container.js';
import type { DirectTarget, DockerTarget } from '../../database/target.js';
import { ExitCode, UpgradeError } from '../../errors/error.js';
import { own } from '../../errors/remedy.js';
import { visible } from '../../inert/visible.js';
import { formatCount } from '../../inert/words.js';
import type { LostRows } from '../../restore/failure.js';
import type { Terminal } from './terminal.js';
import { stillRunning, type RunningSession } from '../../inspection/activity.js';
import { cancelled } from '../../app/cancelled.js';
import { ask } from './question.js';

/**
 * Which of several databases?
 * @throws {UpgradeError} YF202, YF204 for one that cannot be used now; YF701
 */
export async function askTarget(
  terminal: Terminal,
  described: readonly Described[],
): Promise<DirectTarget | DockerTarget> {
  const all = described.map(({ candidate }) => candidate);
  const { candidate } = await ask(terminal, {
    message: 'Several databases were found. Which one?',
    choices: described.map((one) => ({
      name: visible(candidateText(one, all)),
      value: one,
      option: visible(optionFor(one.candidate, all)),
    })),
  });
  const { place, unusable, source } = candidate;
  const target = targetOf(
    candidate,
    described.filter((one) => one.candidate !== candidate),
  );
  if (target !== undefined) return target;
  if (place !== undefined && unusable !== undefined)
    throw unusableContainer({ place, failed: unusable.failed, remedy: unusable.remedy ?? '' });
  throw new UpgradeError({
    code: 'YF204',
    exitCode: ExitCode.noDatabase,
    message: `The connection from ${source} leads nowhere.`,
    found: unusable ? [unusable.failed] : [],
    remedy: ['Start its server or correct the connection, then run: ', own('status')],
  });
}

/**
 * Makes sure that agents at work, if there are any, are meant to meet the change: by option, or by asking.
 * @throws {UpgradeError} YF311 where nothing may be asked, YF701 where the user would rather leave
 */
export async function agreeToRunning(
  running: readonly RunningSession[],
  { whileRunning, yes }: Pick<Settings, 'whileRunning' | 'yes'>,
  terminal: Terminal,
): Promise<void> {
  if (running.length === 0 || whileRunning) return;
  if (yes) throw stillRunning(running);
  if (!(await askWhileRunning(running, terminal))) throw cancelled();
}

/** How many sessions a question names. */
const NAMED = 3;

/** Go on although agents are at work? */
function askWhileRunning(sessions: readonly RunningSession[], terminal: Terminal): Promise<boolean> {
  const names = sessions
    .slice(0, NAMED)
    .map(({ project, number }) => `${project} #${number}`)
    .join(', ');
  const more = sessions.length > NAMED ? ` and ${sessions.length - NAMED} more` : '';
  return ask(terminal, {
    message: `Agent sessions are running: ${names}${more}. Go on all the same?`,
    choices: [
      { name: 'Leave, and stop them first', value: false },
      { name: 'Go on while they run', value: true, option: '--while-running' },
    ],
  });
}

export type Next = 'upgrade' | 'rehearse' | 'sql' | 'verify' | 'report' | 'leave';

/**
 * The one confirmation, and what else there is to do before it.
 * @param isTheUsers false for the demo's database, which is a copy itself and nobody's to ask about
 * @param isRepair whether the database has its release already, and only has to be made to work
 */
export function askNext(
  terminal: Terminal,
  { withBackup, isTheUsers, isRepair }: { withBackup: boolean; isTheUsers: boolean; isRepair: boolean },
): Promise<Next> {
  return ask<Next>(terminal, {
    message: 'What next?',
    choices: [
      {
        name: `${isRepair ? 'Repair' : 'Upgrade'} now${withBackup ? ', after a backup' : ''}`,
        value: 'upgrade',
        option: '--yes',
      },
      ...(isTheUsers
        ? [
            {
              name: 'Rehearse on a copy first',
              value: 'rehearse' as const,
              option: 'yokeflow-upgrade rehearse, or --rehearse',
            },
          ]
        : []),
      { name: 'Show the SQL', value: 'sql', option: 'yokeflow-upgrade plan --sql' },
      { name: 'Only verify what is there', value: 'verify', option: 'yokeflow-upgrade verify' },
      ...(isTheUsers
        ? [{ name: 'Write a report for support', value: 'report' as const, option: 'yokeflow-upgrade report' }]
        : []),
      { name: 'Leave', value: 'leave' },
    ],
  });
}

/** Put the backup in the database's place? */
export function askRestore(terminal: Terminal, database: string): Promise<boolean> {
  return ask(terminal, {
    message: `Let this backup take the place of ${visible(database)}? What is there now is kept under another name.`,
    choices: [
      { name: 'Leave', value: false },
      { name: 'Restore', value: true, option: '--yes' },
    ],
  });
}

/** Let empty tables take the place of full ones? */
export function askWithoutRows(terminal: Terminal, lost: readonly LostRows[]): Promise<boolean> {
  const counted = lost
    .slice(0, NAMED)
    .map(({ table, rows }) => `${rows === null ? 'an unknown number' : formatCount(rows)} of ${table}`)
    .join(', ');
  const more = lost.length > NAMED ? ` and ${lost.length - NAMED} more` : '';
  return ask(terminal, {
    message: `This backup holds no rows where the database has some: ${counted}${more}. Restore it all the same?`,
    choices: [
      { name: 'Leave', value: false },
      { name: 'Restore the empty tables', value: true, option: '--discard-rows' },
    ],
  });
}

/** The confirmation of a rollback. */
export function askRollback(terminal: Terminal, release: string, losesRows: boolean): Promise<'go' | 'sql' | 'leave'> {
  const go = {
    name: `Go back to ${release} now${losesRows ? ', and give up the rows that are named above' : ''}`,
    value: 'go' as const,
    option: '--yes',
  };
  const sql = { name: 'Show the SQL', value: 'sql' as const, option: 'yokeflow-upgrade rollback --dry-run' };
  const leave = { name: 'Leave', value: 'leave' as const };
  // One Enter too many must not lose a row.
  return ask<'go' | 'sql' | 'leave'>(terminal, {
    message: 'What next?',
    choices: losesRows ? [leave, sql, go] : [go, sql, leave],
  });
}
