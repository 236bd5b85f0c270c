import type { Settings } from '../commands/settings.js';
import type { Target } from '../detect/target.js';
import { stillRunning, type RunningSession } from '../upgrade/activity.js';
import { whereText } from './header.js';
import { left } from './left.js';

type Choice<T> = { name: string; value: T };

/**
 * The questions go to stderr, so that stdout stays what was asked for.
 * @throws {UpgradeError} YF701 on Ctrl-C and at the end of input
 */
async function select<T>(message: string, choices: Choice<T>[]): Promise<T> {
  const { default: inquirer } = await import('inquirer');
  const prompt = inquirer.createPromptModule({ input: process.stdin, output: process.stderr });
  try {
    const { answer } = await prompt<{ answer: T }>([{ type: 'select', name: 'answer', message, choices, loop: false }]);
    return answer;
  } catch (error) {
    if ((error as Error).name === 'ExitPromptError') throw left();
    throw error;
  }
}

/** Which of several databases? Its option: --container NAME or --database-url URL. */
export function askTarget(targets: readonly Target[]): Promise<Target> {
  return select('Several databases were found. Which one?  (--container NAME or --database-url URL answers this)', targets.map((target) => ({
    name: `${target.database} ${whereText(target)}`,
    value: { ...target, reason: 'chosen by you' },
  })));
}

/**
 * Makes sure that agents at work, if there are any, are meant to meet the change: by option, or by asking.
 * @throws {UpgradeError} YF311 where nothing may be asked, YF701 where the user would rather leave
 */
export async function agreeToRunning(running: readonly RunningSession[], { whileRunning, yes }: Pick<Settings, 'whileRunning' | 'yes'>): Promise<void> {
  if (running.length === 0 || whileRunning) return;
  if (yes) throw stillRunning(running);
  if (!(await askWhileRunning(running))) throw left();
}

/** Go on although agents are at work? Its option: --while-running. */
async function askWhileRunning(sessions: readonly RunningSession[]): Promise<boolean> {
  const who = sessions.map(({ project, number }) => `${project} #${number}`).join(', ');
  return select(`Agent sessions are running: ${who}. Go on all the same?  (--while-running answers this)`, [
    { name: 'Leave, and stop them first', value: false },
    { name: 'Go on while they run', value: true },
  ]);
}

export type Next = 'upgrade' | 'rehearse' | 'sql' | 'leave';

/** The one confirmation. Its option: --yes. */
export function askNext({ withBackup, canRehearse }: { withBackup: boolean; canRehearse: boolean }): Promise<Next> {
  return select<Next>('What next?  (--yes upgrades, --rehearse rehearses first)', [
    { name: withBackup ? 'Upgrade now, after a backup' : 'Upgrade now', value: 'upgrade' },
    ...(canRehearse ? [{ name: 'Rehearse on a copy first', value: 'rehearse' as const }] : []),
    { name: 'Show the SQL', value: 'sql' },
    { name: 'Leave', value: 'leave' },
  ]);
}

/** Put the backup in the database's place? Its option: --yes. */
export function askRestore(database: string): Promise<boolean> {
  return select(`Let this backup take the place of ${database}? What is there now is kept under another name.  (--yes answers this)`, [
    { name: 'Leave', value: false },
    { name: 'Restore', value: true },
  ]);
}

/** The confirmation of a rollback. Its option: --yes. */
export function askRollback(release: string): Promise<'go' | 'sql' | 'leave'> {
  return select<'go' | 'sql' | 'leave'>('What next?  (--yes answers this)', [
    { name: `Go back to ${release} now`, value: 'go' },
    { name: 'Show the SQL', value: 'sql' },
    { name: 'Leave', value: 'leave' },
  ]);
}
