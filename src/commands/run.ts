import { CommanderError } from 'commander';
import { ExitCode } from '../errors/error.js';
import { failure, type Outcome } from '../report/outcome.js';
import { processTerminal } from '../terminal.js';
import { commands, type CommandDefinition } from './definitions.js';
import { programFor } from './program.js';
import { left } from '../wizard/left.js';
import { leavable } from '../wizard/signals.js';
import type { Settings } from './settings.js';
import { wasHelp, wrongUsage } from './wrong-usage.js';

/**
 * Reads the command line, runs one command and writes what it came to.
 * @returns the exit code
 */
export async function runCommandLine(argv: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = ExitCode.done;
  const program = programFor(async (definition, settings, argument) => {
    exitCode = await runOne(definition, settings, argument);
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (wasHelp(error, argv)) return ExitCode.done;
    const name = commands.find(({ name }) => argv.includes(name))?.name ?? 'upgrade';
    return write(failure(wrongUsage(error, argv, program), { command: name }), { json: argv.includes('--json') });
  }
}

async function runOne(definition: CommandDefinition, settings: Settings, argument: string | undefined): Promise<ExitCode> {
  const terminal = processTerminal(settings);
  let outcome: Outcome;
  try {
    // Until a command says otherwise, there is nothing to roll back.
    outcome = await leavable(left, async () => (await definition.load())(settings, terminal, argument));
  } catch (error) {
    outcome = failure(error, { command: definition.name });
  }
  return write(outcome, settings);
}

async function write(outcome: Outcome, settings: Partial<Settings>): Promise<ExitCode> {
  const terminal = processTerminal({ ...settings, quiet: false });
  if (settings.json) {
    const { toJson } = await import('../report/json.js');
    terminal.printVerbatim(JSON.stringify(toJson(outcome), null, 2));
  } else {
    const { writeOutcome } = await import('../report/text.js');
    writeOutcome(outcome, terminal, { quiet: settings.quiet ?? false, verbose: settings.verbose ?? false });
  }
  return outcome.exitCode;
}
