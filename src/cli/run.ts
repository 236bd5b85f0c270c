import { CommanderError } from 'commander';
import { decideByDefault, decideNothing } from '../app/decisions.js';
import { failure } from '../app/failure.js';
import type { Outcome, Result } from '../app/outcome.js';
import { sameDatabaseError, targetOfRun, upgradeOptions } from '../app/same-database.js';
import { ExitCode } from '../errors/error.js';
import type { View } from '../ui/view.js';
import { run } from './commands.js';
import { commands, type CommandDefinition } from './definitions.js';
import { refuseExclusive, refuseMisleading, refuseMisplaced } from './misplaced.js';
import { exitCodeWithoutOutput, notWritten, outputFailure } from './output.js';
import { programFor } from './program.js';
import { requireAnswers } from './require-answers.js';
import type { Given } from './settings.js';
import { processSignals } from './signals.js';
import { outcomeIsKnown, unforeseen } from './unforeseen.js';
import { emitWarnings } from './warnings.js';
import { wasHelp, wrongUsage } from './wrong-usage.js';

/**
 * Reads the command line, runs one command and writes what it came to.
 * @returns the exit code
 */
export async function runCommandLine(argv: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = ExitCode.done;
  const program = programFor(async (definition, given, argument) => {
    exitCode = await runOne(definition, given, argument);
  });
  try {
    await program.parseAsync(ofHelpItself(argv) ? ['--help'] : [...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (wasHelp(error, argv)) return endHelp();
    const name = commands.find(({ name }) => argv.includes(name))?.name ?? 'upgrade';
    // Where commander could not read the command line it gives no options, so the options of output are read here.
    const [json, events] = [argv.includes('--json'), argv.includes('--events')];
    const given = { json, events, plain: argv.includes('--plain'), color: !argv.includes('--no-color') };
    return write(failure(name, wrongUsage(error, argv, program)), given, await viewFor(name, given));
  }
}

/** `help --help` asks for the help of the whole. */
const ofHelpItself = ([first, second = '']: readonly string[]) =>
  first === 'help' && (second === '--help' || second === '-h');

async function runOne(definition: CommandDefinition, options: Given, argument: string | undefined): Promise<ExitCode> {
  const { name, asks } = definition;
  const { onlyTheOutcomeIsLeft, ...stops } = processSignals();
  const view = await viewFor(name, options);
  const { interactive } = view.terminal;
  // A demo has nothing to lose, so without a terminal it runs as with `--yes`.
  const given = name === 'demo' && !interactive ? { ...options, yes: true } : options;
  const isAttended = interactive && !given.yes && !given.json && !given.events;
  let outcome: Outcome;
  try {
    refuseMisplaced(definition, given, argument);
    refuseExclusive(given);
    if (asks?.(given)) requireAnswers(name, given, interactive);
    refuseMisleading(name, given);
    const decide = given.yes ? decideByDefault : isAttended ? await decideOnTerminal(view) : decideNothing;
    // Counted from the start of the process (Performance.now).
    const elapsedMs = performance.now();
    const line = { options: given, emit: view.emit, decide, isAttended, ...stops, broken: unforeseen, elapsedMs };
    outcome = await run[name](line, argument);
  } catch (error) {
    outcome = failure(name, error);
  }
  outcomeIsKnown();
  onlyTheOutcomeIsLeft();
  return write(outcome, given, view);
}

async function viewFor(command: string, given: Partial<Given>): Promise<View> {
  if (!given.events) return (await import('../ui/terminal/view.js')).terminalView(given);
  const view = (await import('../ui/events/view.js')).eventView(command, given);
  emitWarnings(({ name, message }) =>
    view.emitEvent({ event: 'message', text: `${name}: ${message}`.split('\n')[0] ?? '' }),
  );
  return view;
}

async function decideOnTerminal({ terminal }: View) {
  return (await import('../ui/terminal/decide.js')).decideOn(terminal);
}

async function write(ended: Outcome, given: Partial<Given>, view: View): Promise<ExitCode> {
  const { error, refusal } = ended;
  const target = await targetOfRun(ended, given);
  const outcome = {
    ...ended,
    ...(error && { error: sameDatabaseError(error, given, target) }),
    ...(refusal && { refusal: sameDatabaseError(refusal, given, target) }),
  } as Outcome;
  if (given.json) {
    const { jsonDocument } = await import('../ui/text/json.js');
    view.terminal.printVerbatim(jsonDocument(outcome));
  } else {
    const options = upgradeOptions(given, target);
    view.write(outcome, { quiet: given.quiet ?? false, verbose: given.verbose ?? false, options });
  }
  return end(outcome, view);
}

/** What a command that changed the database comes to. */
const changing: ReadonlySet<Result> = new Set(['upgraded', 'repaired', 'restored', 'rolled-back']);

/**
 * Waits until everything is written, and says so where it could not be.
 * @returns the exit code, which tells that too
 */
async function end(outcome: Outcome, view: View): Promise<ExitCode> {
  const { result, exitCode } = outcome;
  const changed = exitCode === ExitCode.done && changing.has(result);
  const lost = await outputFailure(process.stdout);
  const code = lost ? exitCodeWithoutOutput(exitCode, changed) : exitCode;
  if (lost) view.error(notWritten(lost, code, changed));
  view.ended({ ...outcome, exitCode: code });
  // Lost lines for people matter to nobody; a program depends on events.
  return view.isWatched && (await outputFailure(process.stderr)) ? exitCodeWithoutOutput(code, changed) : code;
}

async function endHelp(): Promise<ExitCode> {
  const lost = await outputFailure(process.stdout);
  if (!lost) return ExitCode.done;
  const code = exitCodeWithoutOutput(ExitCode.done, false);
  (await viewFor('', {})).error(notWritten(lost, code, false));
  return code;
}
