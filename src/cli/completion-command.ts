import { basename } from 'node:path';
import { bashCompletion } from './completion/bash.js';
import { fishCompletion } from './completion/fish.js';
import { offers, shells, type Shell } from './completion/offers.js';
import { zshCompletion } from './completion/zsh.js';
import { ExitCode, UpgradeError } from '../errors/error.js';
import type { OutcomeOf } from '../app/outcome.js';
import { own } from '../errors/remedy.js';

const scripts: Record<Shell, (offered: ReturnType<typeof offers>) => string> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** @throws {UpgradeError} YF101 for another shell, or where none is named and SHELL names another one */
export async function completion(argument: string | undefined): Promise<OutcomeOf<'completion'>> {
  const name = argument ?? basename(process.env['SHELL'] ?? '');
  const shell = shells.find((one) => one === name);
  if (shell === undefined) {
    throw new UpgradeError({
      code: 'YF101',
      exitCode: ExitCode.usage,
      message: argument === undefined ? 'It is not clear which shell you use.' : `There is no completion for ${name}.`,
      found: [`there are: ${shells.join(', ')}`],
      remedy: [own('completion', shells.join('|'))],
    });
  }
  return { command: 'completion', result: 'printed', exitCode: ExitCode.done, completion: scripts[shell](offers()) };
}
