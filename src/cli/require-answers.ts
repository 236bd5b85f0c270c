import { ExitCode, UpgradeError } from '../errors/error.js';
import { own } from '../errors/remedy.js';
import type { Terminal } from '../ui/terminal/terminal.js';
import type { Settings } from './settings.js';

/** How to see first what a command would do. */
const preview = {
  upgrade: [' To see first what it would do, run: ', own('plan')],
  rollback: [' To see first what it would do, run: ', own('rollback', '--dry-run')],
  restore: [],
  report: [' Without --out it goes to standard output, and nothing is asked.'],
};

/**
 * Makes sure that every question can be answered before the first one is asked: a prompt without a terminal
 * would hang, or end with success and nothing done.
 * @throws {UpgradeError} YF102
 */
export function requireAnswers(
  { yes, dryRun, json, events }: Settings,
  { interactive }: Terminal,
  command: keyof typeof preview = 'upgrade',
): void {
  if (yes || dryRun || (interactive && !json)) return;
  throw new UpgradeError({
    code: 'YF102',
    exitCode: ExitCode.usage,
    message:
      json || events
        ? `${json ? '--json' : '--events'} asks no questions, and the ${command} has to be confirmed.`
        : 'There is no terminal to ask questions on, so nothing was asked.',
    remedy: [
      `To ${{ rollback: 'roll back', report: 'write the report', upgrade: 'upgrade', restore: 'restore' }[command]} without questions, add --yes.`,
      ...preview[command],
    ],
  });
}
