import { CommanderError } from 'commander';
import { programFor } from '../../src/cli/program.js';

/** What the parser makes of a command line: the command and its settings, or its complaint. Nothing runs. */
export async function parsed(
  words: readonly string[],
): Promise<{ command: string; settings: object; argument: string | undefined } | { complaint: string }> {
  let result: Awaited<ReturnType<typeof parsed>> = { complaint: 'no command' };
  const program = programFor(async ({ name }, settings, argument) => {
    result = { command: name, settings, argument };
  });
  for (const command of [program, ...program.commands]) command.configureOutput({ writeOut: () => undefined });
  try {
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const help =
      error.code === 'commander.helpDisplayed' ||
      error.code === 'commander.version' ||
      (error.code === 'commander.help' && error.exitCode === 0);
    return help ? { command: error.code, settings: {}, argument: undefined } : { complaint: error.message };
  }
  return result;
}

/** The words of every yokeflow-upgrade command in a shell line, without what a pipe or a redirection adds. */
export function commandsOf(line: string): string[][] {
  return line
    .split(/[|;]|&&|\d?>/)
    .map((part) => part.trim().split(/\s+/))
    .map((words) => words.slice(words.indexOf('yokeflow-upgrade')))
    .filter(([name]) => name === 'yokeflow-upgrade')
    .map(([, ...words]) => words);
}
