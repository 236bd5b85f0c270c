import { ExitCode, UpgradeError } from '../errors/error.js';
import { own, type OwnCommand } from '../errors/remedy.js';
import type { CommandName } from '../app/outcome.js';
import type { Given } from './settings.js';

/** How to see first what a command would do. */
const preview: Partial<Record<CommandName, readonly (string | OwnCommand)[]>> = {
  upgrade: [' To see first what it would do, run: ', own('plan')],
  rollback: [' To see first what it would do, run: ', own('rollback', '--dry-run')],
  report: [' Without --out it goes to standard output, and nothing is asked.'],
};

/**
 * Makes sure that every question can be answered before the first one is asked: a prompt without a terminal
 * would hang, or end with success and nothing done.
 * @throws {UpgradeError} YF102
 */
export function requireAnswers(command: CommandName, { yes, json, events }: Given, interactive: boolean): void {
  if (yes || (interactive && !json)) return;
  const wanted = command === 'demo' ? 'upgrade' : command;
  throw new UpgradeError({
    code: 'YF102',
    exitCode: ExitCode.usage,
    message:
      json || events
        ? `${json ? '--json' : '--events'} asks no questions, and the ${wanted} has to be confirmed.`
        : 'There is no terminal to ask questions on, so nothing was asked.',
    remedy: [`To ${verb[wanted] ?? wanted} without questions, add --yes.`, ...(preview[wanted] ?? [])],
  });
}

const verb: Partial<Record<CommandName, string>> = { rollback: 'roll back', report: 'write the report' };
