import { Command, type CommanderError } from 'commander';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { own } from '../errors/remedy.js';
import { holdsCredentials } from '../redaction/slips.js';
import { commands } from './definitions.js';

/** The command line that commander could not read, as an error that says what to type instead: YF101. */
export function wrongUsage(error: CommanderError, argv: readonly string[], program: Command): UpgradeError {
  const [message = '', ...hints] = (strayWord(error, argv, program) ?? withoutValues(error.message, argv)).split('\n');
  const command = commands.find(({ name }) => name === argv[0])?.name;
  return new UpgradeError({
    code: 'YF101',
    exitCode: ExitCode.usage,
    message: message.replace(/^error: /, '').replace(/^\w/, (letter) => letter.toUpperCase()),
    found: hints.map((hint) => hint.replace(/^\((.*)\)$/, '$1')),
    remedy: [own(...(command === undefined ? [] : [command]), '--help')],
    cause: error,
  });
}

/** Whether commander wrote the help that was asked for. For `help COMMAND` it throws an error if the exit code is already set. */
export function wasHelp({ code, exitCode }: CommanderError, argv: readonly string[]): boolean {
  const of = argv[1];
  return (
    exitCode === 0 || (code === 'commander.help' && (of === undefined || commands.some(({ name }) => name === of)))
  );
}

/** A word that is no command reaches commander's default command as an argument too many, or its `help`. */
function strayWord({ code }: CommanderError, argv: readonly string[], program: Command): string | undefined {
  if (code === 'commander.help') return noCommand(argv[1] ?? '', argv);
  const word = program.commands.find(({ args }) => args.length > 0)?.args[0];
  if (code !== 'commander.excessArguments' || word === undefined || commands.some(({ name }) => name === argv[0]))
    return undefined;
  if (commands.some(({ name }) => name === word))
    return `Options come after the command: yokeflow-upgrade ${word} [options]`;
  return noCommand(word, argv);
}

/** Part of a command line that may be shown: a plain word. Anything else may be, or hold, a password, and so may a word beside an address with a space in it. */
function mayBeShown(word: string, argv: readonly string[]): boolean {
  return /^-{0,2}\w[\w.-]*$/.test(word) && !argv.some((one) => one.includes('://') || holdsCredentials(one));
}

/** commander's message, which repeats what was typed, without what may be secret in it. */
function withoutValues(message: string, argv: readonly string[]): string {
  return message
    .replace(/(unknown option )'([^]*?)'(?=\n|$)/, (_, words: string, flag: string) => {
      const [name = ''] = flag.split('=');
      // `-psecret` is a password to other programs.
      const shown = /^-[^-]/.test(name) ? name.slice(0, 2) : name;
      return mayBeShown(shown, []) && !holdsCredentials(shown) ? `${words}'${shown}'` : words.trimEnd();
    })
    .replace(/( argument )'([^]*)'( is invalid)/, (whole, before: string, value: string, after: string) =>
      mayBeShown(value, argv) ? whole : `${before.trimEnd()}${after}`,
    );
}

/** With commander's own suggestion, which it only makes where there is no default command. */
function noCommand(word: string, argv: readonly string[]): string {
  if (!mayBeShown(word, argv)) return 'What stands there is no command. A connection string belongs to --database-url.';
  const strict = new Command()
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  for (const { name } of commands) strict.command(name);
  try {
    strict.parse([word], { from: 'user' });
  } catch (error) {
    const [, ...suggestion] = (error as CommanderError).message.split('\n');
    return [`There is no command ${word}.`, ...suggestion].join('\n');
  }
  return `There is no command ${word}.`;
}
