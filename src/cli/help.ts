import type { Command, Help } from 'commander';
import { exitCodes } from './exit-codes.js';
import type { CommandDefinition, Example } from './definitions.js';

/** What a command's `--help` says besides its options. */
export interface HelpText extends Pick<CommandDefinition, 'examples' | 'exits'> {
  /** Lines at the end. */
  readonly closing?: readonly string[];
}

/** Longer lines are tiring to read. */
const WIDEST = 100;
/** With less room than this beside the names, descriptions go below them. */
const ROOM_BESIDE = 30;
/** How much of a line an example may take up, so that what it is for stands beside it. */
const EXAMPLE_WIDTH = 38;

/**
 * Help in the order in which people read it: what for, how, examples, the details. It fits the terminal's width, as
 * far as a name or an example is not wider than that: a broken command line could not be copied.
 */
export function configureHelp(command: Command, { examples, exits, closing = [] }: HelpText): Command {
  return command.configureHelp({
    minWidthToWrap: 1,
    subcommandTerm: (sub) =>
      [
        sub.name(),
        ...sub.registeredArguments.map((one) => (one.required ? `<${one.name()}>` : `[${one.name()}]`)),
      ].join(' '),
    formatHelp: (cmd, helper) => {
      const page = pageOf(cmd, helper);
      const codes = exitCodes.filter(({ code }) => exits.includes(code)).map(({ code, short }) => `${code} ${short}`);
      return (
        [
          page.wrap(sentence(cmd.description())),
          page.wrap(`Usage: ${helper.commandUsage(cmd)}`),
          ...page.examples(examples),
          ...page.items(),
          page.wrap(`Exit codes: ${codes.join('; ')}.`),
          ...closing.map(page.wrap),
        ].join('\n\n') + '\n'
      );
    },
  });
}

function section(heading: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [[heading, ...items].join('\n')];
}

function pageOf(cmd: Command, helper: Help) {
  const width = Math.min(helper.helpWidth ?? 80, WIDEST);
  const besides = helper.padWidth(cmd, helper);
  const indented = (text: string, indent: number) =>
    helper.boxWrap(text, width - indent).replace(/^/gm, ' '.repeat(indent));
  const entry = (term: string, about: string, column: number) =>
    width - column - 4 < ROOM_BESIDE || term.length > column
      ? `  ${term}\n${indented(about, 6)}`
      : `  ${term.padEnd(column)}  ${indented(about, column + 4).trimStart()}`;
  const item = (term: string, about: string) => entry(term, about, besides);
  return {
    wrap: (text: string) => helper.boxWrap(text, width),
    examples: (examples: readonly Example[]) => {
      const column = Math.max(0, ...examples.map(([line]) => line.length).filter((length) => length <= EXAMPLE_WIDTH));
      return section(
        'Examples:',
        examples.map(([line, purpose]) => entry(line, purpose, column)),
      );
    },
    /** Arguments, options by their headings, and commands. */
    items: () => {
      const options = helper.groupItems(
        [...cmd.options],
        helper.visibleOptions(cmd),
        (option) => option.helpGroupHeading ?? 'Options:',
      );
      return [
        ...section(
          'Arguments:',
          helper.visibleArguments(cmd).map((one) => item(helper.argumentTerm(one), helper.argumentDescription(one))),
        ),
        ...section(
          'Commands:',
          helper.visibleCommands(cmd).map((one) => item(helper.subcommandTerm(one), helper.subcommandDescription(one))),
        ),
        ...[...options].flatMap(([heading, own]) =>
          section(
            heading,
            own.map((one) => item(helper.optionTerm(one), helper.optionDescription(one))),
          ),
        ),
      ];
    },
  };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
