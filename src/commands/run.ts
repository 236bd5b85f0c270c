import { CommanderError } from 'commander';
import { ExitCode } from '../errors/error.js';
import { failure, type Outcome } from '../report/outcome.js';
import { databaseOptions, sameDatabaseError } from '../report/same-database.js';
import { processTerminal, type Terminal } from '../terminal.js';
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
    // What commander could not read it has no settings of; how to say so is heeded all the same.
    const settings = { json: argv.includes('--json'), events: argv.includes('--events'), plain: argv.includes('--plain'), color: !argv.includes('--no-color') };
    return write(failure(wrongUsage(error, argv, program), { command: name }), settings, await terminalFor(name, settings));
  }
}

async function runOne(definition: CommandDefinition, settings: Settings, argument: string | undefined): Promise<ExitCode> {
  const terminal = await terminalFor(definition.name, settings);
  let outcome: Outcome;
  try {
    // Until a command says otherwise, there is nothing to roll back.
    outcome = await leavable(left, async () => (await definition.load())(settings, terminal, argument));
  } catch (error) {
    outcome = failure(error, { command: definition.name });
  }
  return write(outcome, settings, terminal);
}

async function terminalFor(command: string, settings: Partial<Settings>): Promise<Terminal> {
  return settings.events ? (await import('../events/terminal.js')).eventTerminal(command, settings) : processTerminal(settings);
}

async function write(ended: Outcome, settings: Partial<Settings>, terminal: Terminal): Promise<ExitCode> {
  const { error, target } = ended;
  const outcome: Outcome = error ? { ...ended, error: sameDatabaseError(error, settings, target) } : ended;
  if (settings.json) {
    const { toJson } = await import('../report/json.js');
    terminal.printVerbatim(JSON.stringify(toJson(outcome), null, 2));
  } else {
    const { writeOutcome } = await import('../report/text.js');
    writeOutcome(outcome, terminal, { quiet: settings.quiet ?? false, verbose: settings.verbose ?? false, options: databaseOptions(settings, target) });
  }
  if (terminal.tell) (await import('../events/terminal.js')).tellEnd(outcome, terminal.tell);
  return outcome.exitCode;
}
