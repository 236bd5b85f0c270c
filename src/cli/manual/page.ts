import type { Option } from 'commander';
import { newestRelease, stepsTo } from '../../releases/registry.js';
import { commands, type CommandDefinition, type Example } from '../definitions.js';
import { sharedOptions } from '../shared-options.js';
import { exitCodes } from '../exit-codes.js';
import { help } from '../options.js';
import { description, examples } from '../program.js';
import { item, literal, paragraphs, section, subsection, text } from './roff.js';
import { files, variables } from './surroundings.js';

/** When its wording was last changed by hand. The rest comes from the definitions. */
const DATE = '2026-11-28';

/** The manual page yokeflow-upgrade(1), in roff. */
export function manualPage(version: string): string {
  return (
    [
      '.\\" Made by npm run man. Do not change it here.',
      `.TH YOKEFLOW\\-UPGRADE 1 ${DATE} "yokeflow\\-upgrade ${literal(version)}"`,
      // Neither hyphens nor wide blanks within a command that somebody copies.
      '.nh',
      '.ad l',
      ...section('NAME', `yokeflow\\-upgrade \\- ${text(description)}`),
      ...section(
        'SYNOPSIS',
        ...synopsis('[command] [options]'),
        '.br',
        ...synopsis('help [command]'),
        '.br',
        ...synopsis('--version'),
      ),
      ...section(
        'DESCRIPTION',
        ...paragraphs(
          'Finds the PostgreSQL database of a self-hosted YokeFlow, in its container or over a direct connection, reads its release out of the catalog, ' +
            'plans what is missing, half there or broken, asks before it changes anything, makes a backup, and applies everything in one transaction, ' +
            'which commits only after every check has passed inside it. Then it checks all of it again from a fresh session.',
          'Until the question is answered, nothing is changed. Without a terminal nothing is asked: a command that would have to ask ends with 2 before it changes anything, unless --yes is given. Only demo goes ahead, on a database of its own.',
          'Standard output is for what was asked; whatever is told on the way goes to standard error. Passwords are never printed.',
        ),
      ),
      ...section(
        'COMMANDS',
        text('Without a command: upgrade.'),
        ...commands.flatMap(commandItem),
        ...item('help', 'The help of a command.', '[command]'),
      ),
      ...section('OPTIONS', ...paragraphs('Options come after the command.', sharedOptions), ...optionGroups()),
      ...section('EXIT STATUS', ...exitCodes.flatMap(({ code, meaning }) => item(String(code), meaning))),
      ...section('ENVIRONMENT', ...variables.flatMap(([names, about]) => item(names, about))),
      ...section('FILES', ...files.flatMap(([path, about]) => item(path, about))),
      ...section('EXAMPLES', ...allExamples()),
      ...section(
        'BUGS',
        ...paragraphs(
          `PostgreSQL cannot drop the label of an enum type. Those that an upgrade brings (${newLabels.join(', ')}) are committed by themselves before what uses them, ` +
            'and stay behind a failed upgrade and a rollback. Nothing uses them then.',
        ),
      ),
      ...section('SEE ALSO', '.BR psql (1),', '.BR pg_dump (1),', '.BR pg_restore (1),', '.BR docker (1)'),
    ].join('\n') + '\n'
  );
}

const newLabels = stepsTo(newestRelease).flatMap(({ labels }) =>
  labels.map(({ type, label }) => `${label} of ${type}`),
);

function synopsis(words: string): string[] {
  return ['.B yokeflow\\-upgrade', literal(words)];
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

function commandItem({ name, summary, argument }: CommandDefinition): string[] {
  return item(
    name,
    `${sentence(summary)}${argument ? ` The ${argument.flags.replace(/\W/g, '')}: ${argument.about}.` : ''}`,
    argument?.flags ?? '',
  );
}

/** Each option once for each thing that it means, below its heading, with the commands that take it. */
function optionGroups(): string[] {
  const options = new Map<string, { option: Option; of: string[] }>();
  for (const { name, options: own } of commands) {
    for (const option of [...own, help]) {
      if (option.hidden) continue;
      const key = `${option.flags} ${option.description}`;
      options.set(key, { option, of: [...(options.get(key)?.of ?? []), name] });
    }
  }
  const headings = [...new Set([...options.values()].map(({ option }) => option.helpGroupHeading ?? ''))];
  return headings.flatMap((heading) =>
    subsection(
      heading.replace(/:$/, ''),
      ...[...options.values()]
        .filter(({ option }) => option.helpGroupHeading === heading)
        .flatMap(({ option, of }) => optionItem(option, of)),
    ),
  );
}

function optionItem(
  { flags, description, required, defaultValue, defaultValueDescription, argChoices }: Option,
  of: readonly string[],
): string[] {
  const [, names = flags, takes = ''] = /^(.*?)(?: (<.*>))?$/.exec(flags) ?? [];
  const fallback =
    required && defaultValue !== undefined ? [`By default ${defaultValueDescription ?? String(defaultValue)}.`] : [];
  const choices = argChoices ? [`One of ${argChoices.join(', ')}.`] : [];
  const where = of.length === commands.length ? [] : [`Of ${of.join(', ')}.`];
  return item(names, [sentence(description), ...choices, ...fallback, ...where].join(' '), takes);
}

/** The most used ones, then those of each command. */
function allExamples(): string[] {
  const seen = new Set<string>();
  const items = (list: readonly Example[]) =>
    list
      .filter(([line]) => !seen.has(line) && seen.add(line))
      .flatMap(([line, purpose]) => item(line, sentence(purpose)));
  return [
    ...items(examples),
    ...commands.flatMap((command) => {
      const own = items(command.examples);
      return own.length === 0 ? [] : subsection(command.name, ...own);
    }),
  ];
}
