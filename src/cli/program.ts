import { Command } from 'commander';
import { ExitCode } from '../errors/error.js';
import { packageVersion } from '../machine/package-info.js';
import { commands, type CommandDefinition, type Example } from './definitions.js';
import { alsoTaken, sharedOptions } from './shared-options.js';
import { configureHelp, type HelpText } from './help.js';
import { help } from './options.js';
import type { Given } from './settings.js';

/** The most used first. */
export const examples: readonly Example[] = [
  ['yokeflow-upgrade', 'the wizard, on the container yokeflow_postgres or what DATABASE_URL names'],
  ['yokeflow-upgrade status', 'which release the database is at'],
  ['yokeflow-upgrade plan', 'what an upgrade would do'],
  ['yokeflow-upgrade demo', 'try it on a database that nobody needs'],
  ['yokeflow-upgrade --yes --json', 'for scripts'],
  ['yokeflow-upgrade status --database-url postgresql://agent@db.example.com/yokeflow', 'without Docker'],
];

export const description =
  "takes YokeFlow's PostgreSQL database to the newest release of its line, and shows that it works";

/**
 * The whole command line, for commander. Errors are thrown, and nothing is written but help and the version.
 * @param run called with the one command that was asked for, its options and its argument
 */
export function programFor(
  run: (definition: CommandDefinition, settings: Given, argument: string | undefined) => Promise<void>,
): Command {
  const program = new Command('yokeflow-upgrade')
    .description(description)
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpCommand('help [command]', 'the help of a command')
    .helpOption('-h, --help', help.description)
    .enablePositionalOptions();
  strict(program, {
    examples,
    exits: Object.values(ExitCode),
    closing: [
      sharedOptions,
      'Options of the wizard: yokeflow-upgrade upgrade --help. Each command has its own: yokeflow-upgrade help COMMAND.',
    ],
  });
  for (const definition of commands) {
    const { name, summary, argument, options } = definition;
    const command = program.command(name, { isDefault: name === 'upgrade' }).description(summary);
    if (argument) command.argument(argument.flags, argument.about);
    command.addHelpOption(help);
    for (const option of [...options, ...alsoTaken(definition)]) command.addOption(option);
    strict(command, definition).action(async (...input: unknown[]) => {
      await run(definition, command.opts<Given>(), argument ? (input[0] as string | undefined) : undefined);
    });
  }
  return program;
}

function strict(command: Command, text: HelpText): Command {
  return configureHelp(command, text)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
}
