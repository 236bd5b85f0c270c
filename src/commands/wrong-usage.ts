import { Command, type CommanderError } from 'commander';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { commands } from './definitions.js';

/** The command line that commander could not read, as an error that says what to type instead: YF101. */
export function wrongUsage(error: CommanderError, argv: readonly string[], program: Command): UpgradeError {
  const [message = '', ...hints] = (strayWord(error, argv, program) ?? error.message).split('\n');
  const command = commands.find(({ name }) => name === argv[0])?.name;
  return new UpgradeError({
    code: 'YF101',
    exitCode: ExitCode.usage,
    message: message.replace(/^error: /, '').replace(/^\w/, (letter) => letter.toUpperCase()),
    found: hints.map((hint) => hint.replace(/^\((.*)\)$/, '$1')),
    remedy: `Run: yokeflow-upgrade ${command === undefined ? '' : `${command} `}--help`,
    cause: error,
  });
}

/** Whether commander ended because help was asked for and written: also for `help COMMAND`, of which it makes an error where the exit code is set already. */
export function wasHelp({ code, exitCode }: CommanderError, argv: readonly string[]): boolean {
  const of = argv[1];
  return exitCode === 0 || (code === 'commander.help' && (of === undefined || commands.some(({ name }) => name === of)));
}

/** A word that is no command reaches commander's default command as an argument too many, or its `help`. */
function strayWord({ code }: CommanderError, argv: readonly string[], program: Command): string | undefined {
  if (code === 'commander.help') return noCommand(argv[1] ?? '');
  const word = program.commands.find(({ args }) => args.length > 0)?.args[0];
  if (code !== 'commander.excessArguments' || word === undefined || commands.some(({ name }) => name === argv[0])) return undefined;
  if (commands.some(({ name }) => name === word)) return `Options come after the command: yokeflow-upgrade ${word} [options]`;
  return noCommand(word);
}

/** With commander's own suggestion, which it only makes where there is no default command. */
function noCommand(word: string): string {
  const strict = new Command().helpCommand(false).exitOverride().configureOutput({ writeErr: () => undefined });
  for (const { name } of commands) strict.command(name);
  try {
    strict.parse([word], { from: 'user' });
  } catch (error) {
    const [, ...suggestion] = (error as CommanderError).message.split('\n');
    return [`There is no command ${word}.`, ...suggestion].join('\n');
  }
  return `There is no command ${word}.`;
}
