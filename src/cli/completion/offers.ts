import type { Option } from 'commander';
import { commands } from '../definitions.js';
import { help, valueKinds, type ValueKind } from '../options.js';
import { exclusive } from '../../detect/refuse-both.js';
import { errorCodes } from '../../errors/codes.js';
import { explain } from '../../errors/explanations.js';
import { reachable } from '../../releases/registry.js';

/** The shells that there are completions for. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** A word that can be completed, and what it means where that is worth a line. */
export type Word = readonly [word: string, about?: string];

/** What can stand somewhere: these words, or what the shell finds when it is asked; `other` is for what only the user knows. */
export type Values = readonly Word[] | 'container' | 'folder' | 'file' | 'other';

export interface OfferedOption {
  /** As it is typed: `--yes`. */
  readonly long: string;
  /** As it is typed: `-y`. */
  readonly short?: string | undefined;
  readonly about: string;
  readonly value?: { readonly name: string; readonly values: Values };
}

export interface OfferedCommand {
  readonly name: string;
  readonly about: string;
  readonly options: readonly OfferedOption[];
  readonly argument?: { readonly name: string; readonly values: Values };
}

/** Everything that a shell offers. */
export interface Offers {
  readonly commands: readonly OfferedCommand[];
  /** Options that stand alone, in a command's place. */
  readonly firstOnly: readonly OfferedOption[];
  /** Every option that takes a value. A name means the same in all commands. */
  readonly valued: readonly Required<Pick<OfferedOption, 'long' | 'value'>>[];
  /** Options that exclude each other: the two names of one option, and options that refuse each other. */
  readonly exclusions: readonly (readonly string[])[];
}

/** Read from the definitions of the commands. Hidden options are not offered. */
export function offers(): Offers {
  const named = commands.map(
    (command): OfferedCommand => ({
      name: command.name,
      about: command.summary,
      options: [...command.options.filter(({ hidden }) => !hidden), help].map(offered),
      ...(command.argument && {
        argument: { name: command.argument.flags.replace(/\W/g, ''), values: valuesOf(command.argument.values) },
      }),
    }),
  );
  const names = named.map(({ name, about }): Word => [name, about]);
  const options = [
    ...new Map(named.flatMap((command) => command.options).map((option) => [option.long, option])).values(),
  ];
  return {
    commands: [
      ...named,
      { name: 'help', about: 'the help of a command', options: [], argument: { name: 'command', values: names } },
    ],
    firstOnly: [{ long: '--version', short: '-V', about: 'print the version' }],
    valued: options.flatMap(({ long, value }) => (value ? [{ long, value }] : [])),
    exclusions: [...options.flatMap(({ long, short }) => (short ? [[short, long]] : [])), ...exclusive],
  };
}

function offered({ long, short, flags, description, required, argChoices }: Option): OfferedOption {
  const name = long ?? '';
  const values = argChoices?.map((choice): Word => [choice]) ?? valuesOf(valueKinds[name] ?? 'other');
  return {
    long: name,
    short,
    about: description,
    ...(required && { value: { name: /<(.*)>/.exec(flags)?.[1] ?? '', values } }),
  };
}

function valuesOf(kind: ValueKind): Values {
  switch (kind) {
    case 'release':
      return reachable
        .flatMap(({ version, sameSchemaAs }) => [...sameSchemaAs, version])
        .reverse()
        .map((version) => [version]);
    case 'code':
      return errorCodes.map((code) => [code, explain(code).title]);
    case 'shell':
      return shells.map((shell) => [shell]);
    default:
      return kind;
  }
}
