import { CommanderError } from 'commander';
import { exitCodeWithoutOutput, notWritten, outputFailure } from './output.js';
import { failure, type Outcome, type Result } from '../app/outcome.js';
import { databaseOptions, sameDatabaseError } from '../app/same-database.js';
import { processTerminal, type Terminal } from '../ui/terminal/terminal.js';
import { commands, type CommandDefinition } from './definitions.js';
import { refuseMisplaced } from './misplaced.js';
import { programFor } from './program.js';
import { cancelled } from '../app/cancelled.js';
import { Deadline } from '../machine/deadline.js';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { own } from '../errors/remedy.js';
import { endAfter, leavable, onlyTheOutcomeIsLeft, timeIsOver } from '../app/signals.js';
import type { Given, Settings } from './settings.js';
import { orUnforeseen, outcomeIsKnown } from './unforeseen.js';
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
    if (wasHelp(error, argv)) return endOf({ exitCode: ExitCode.done, changed: false }, processTerminal());
    const name = commands.find(({ name }) => argv.includes(name))?.name ?? 'upgrade';
    // What commander could not read it has no settings of; how to say so is heeded all the same.
    const settings = {
      json: argv.includes('--json'),
      events: argv.includes('--events'),
      plain: argv.includes('--plain'),
      color: !argv.includes('--no-color'),
    };
    return write(
      failure(wrongUsage(error, argv, program), { command: name }),
      settings,
      await terminalFor(name, settings),
    );
  }
}

/** How long, in s, a command waits in all that has no --wait. */
const WAIT_S = 60;

async function runOne(definition: CommandDefinition, given: Given, argument: string | undefined): Promise<ExitCode> {
  const settings = { ...given, deadline: new Deadline((given.wait ?? WAIT_S) * 1000) };
  if (settings.maxTime !== undefined) endAfter(settings.maxTime * 1000);
  const terminal = await terminalFor(definition.name, settings);
  let outcome: Outcome;
  try {
    // Until a command says otherwise, there is nothing to roll back.
    outcome = await orUnforeseen(
      leavable(cancelled, async () => {
        refuseMisplaced(definition, settings, argument);
        return (await definition.load())(settings, terminal, argument);
      }),
    );
  } catch (error) {
    outcome = failure(error, { command: definition.name });
  }
  if (timeIsOver()) outcome = endedByTime(outcome);
  outcomeIsKnown();
  onlyTheOutcomeIsLeft();
  return write(outcome, settings, terminal);
}

/** It is not the user who has cancelled. */
function endedByTime(outcome: Outcome): Outcome {
  const { error } = outcome;
  if (error?.code !== 'YF701') return outcome;
  const { changed, leftBehind, cause } = error;
  const exitCode =
    changed === 'unknown' ? ExitCode.unknownOutcome : changed ? ExitCode.changedAndFailing : ExitCode.failed;
  const timeUp = new UpgradeError({
    code: 'YF509',
    exitCode,
    changed,
    leftBehind,
    cause,
    message: 'The time of --max-time was over before the run was done.',
    found: [error.aftermath ?? error.message],
    remedy: ['To see where the database is, run: ', own('status')],
  });
  return failure(timeUp, outcome);
}

async function terminalFor(command: string, settings: Partial<Settings>): Promise<Terminal> {
  return settings.events
    ? (await import('../ui/events/terminal.js')).eventTerminal(command, settings)
    : processTerminal(settings);
}

async function write(ended: Outcome, settings: Partial<Settings>, terminal: Terminal): Promise<ExitCode> {
  const { error, target } = ended;
  const outcome: Outcome = error ? { ...ended, error: sameDatabaseError(error, settings, target) } : ended;
  if (settings.json) {
    const { jsonDocument } = await import('../ui/text/json.js');
    terminal.printVerbatim(jsonDocument(outcome));
  } else {
    const { writeOutcome } = await import('../ui/text/text.js');
    writeOutcome(outcome, terminal, {
      quiet: settings.quiet ?? false,
      verbose: settings.verbose ?? false,
      options: databaseOptions(settings, target),
    });
  }
  return endOf(
    {
      outcome,
      exitCode: outcome.exitCode,
      changed: outcome.exitCode === ExitCode.done && changing.has(outcome.result),
    },
    terminal,
  );
}

/** What a command that changed the database comes to. */
const changing: ReadonlySet<Result> = new Set(['upgraded', 'repaired', 'restored', 'rolled-back']);

/**
 * Waits until everything is written, and says so where it could not be.
 * @returns the exit code, which tells that too
 */
async function endOf(
  { outcome, exitCode, changed }: { outcome?: Outcome; exitCode: ExitCode; changed: boolean },
  { tell, insist, talk }: Terminal,
): Promise<ExitCode> {
  const lost = await outputFailure(process.stdout);
  const code = lost ? exitCodeWithoutOutput(exitCode, changed) : exitCode;
  const error = lost && notWritten(lost, code, changed);
  if (error && !tell) insist(`${talk.cross} ${talk.bold(error.code)}  ${error.message} ${error.remedy}`);
  if (!tell || !outcome) return code;
  const { tellEnd, tellError } = await import('../ui/events/terminal.js');
  if (error) tellError(error, tell);
  tellEnd({ ...outcome, exitCode: code }, tell);
  return (await outputFailure(process.stderr)) ? exitCodeWithoutOutput(code, changed) : code;
}
