import { Command, CommanderError } from 'commander';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { packageVersion } from '../package-info.js';
import { failure, type Outcome } from '../report/outcome.js';
import { processTerminal } from '../terminal.js';
import { alsoTaken, commands, type CommandDefinition } from './definitions.js';
import { left } from '../wizard/left.js';
import { leavable } from '../wizard/signals.js';
import type { Settings } from './settings.js';

const examples = `
Examples:
  yokeflow-upgrade                             the wizard, on the container yokeflow_postgres
  yokeflow-upgrade status                      which release the database is at
  yokeflow-upgrade plan --sql                  the SQL that an upgrade would run
  yokeflow-upgrade --yes --json                for scripts
  yokeflow-upgrade --database-url postgresql://agent@db.example.com/yokeflow
  yokeflow-upgrade demo                        try it on a database that nobody needs`;

/**
 * Reads the command line, runs one command and writes what it came to.
 * @returns the exit code
 */
export async function runCommandLine(argv: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = ExitCode.done;
  const program = new Command('yokeflow-upgrade')
    .description("Takes YokeFlow's PostgreSQL database to the newest release, and shows that it works.")
    .version(packageVersion(), '-V, --version')
    .addHelpText('after', examples)
    .helpCommand(false)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  for (const definition of commands) {
    const command = program.command(definition.name, { isDefault: definition.name === 'upgrade' }).description(definition.summary);
    if (definition.argument) command.argument(definition.argument);
    for (const option of [...definition.options, ...alsoTaken(definition)]) command.addOption(option);
    command.exitOverride().configureOutput({ writeErr: () => undefined });
    command.action(async (...input: unknown[]) => {
      const argument = definition.argument ? (input[0] as string) : undefined;
      exitCode = await runOne(definition, command.opts<Settings>(), argument);
    });
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return ExitCode.done;
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

function wrongUsage(error: CommanderError, argv: readonly string[], program: Command): UpgradeError {
  return new UpgradeError({
    code: 'YF101',
    exitCode: ExitCode.usage,
    message: strayWord(error, argv, program) ?? error.message.replace(/^error: /, '').replace(/^\w/, (letter) => letter.toUpperCase()),
    remedy: 'Run: yokeflow-upgrade --help',
    cause: error,
  });
}

/** A word that is no command reaches commander's default command as an argument too many. */
function strayWord({ code }: CommanderError, argv: readonly string[], program: Command): string | undefined {
  const word = program.commands.find(({ args }) => args.length > 0)?.args[0];
  if (code !== 'commander.excessArguments' || word === undefined || commands.some(({ name }) => name === argv[0])) return undefined;
  if (commands.some(({ name }) => name === word)) return `Options come after the command: yokeflow-upgrade ${word} [options]`;
  return `There is no command ${word}.`;
}
