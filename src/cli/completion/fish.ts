import type { OfferedOption, Offers, Values } from './offers.js';

/** The completion for fish 3 and later. */
export function fishCompletion({ commands, firstOnly, valued, exclusions }: Offers): string {
  const options = new Map<string, { option: OfferedOption; of: string[] }>();
  for (const { name, options: own } of commands) {
    for (const option of own) {
      // The same name may be about something else in another command.
      const key = `${option.long} ${option.about}`;
      const known = options.get(key) ?? { option, of: [] };
      options.set(key, { ...known, of: [...known.of, name] });
    }
  }
  const names = valued.map(({ long }) => long).join(' ');
  const lines = [
    ...commands.map(({ name, about }) => complete('__yokeflow_upgrade_first', `-a ${name} -d ${quoted(about)}`)),
    ...[...options.values()].map(({ option, of }) =>
      optionLine(`__yokeflow_upgrade_at ${of.join(' ')}`, option, exclusions),
    ),
    ...firstOnly.map((option) => optionLine('__yokeflow_upgrade_first', option, exclusions)),
    ...commands.flatMap(({ name, argument }) =>
      argument
        ? [complete(`__yokeflow_upgrade_at ${name}; and __yokeflow_upgrade_no_operand`, offer(argument.values))]
        : [],
    ),
  ];
  return `# Completion of yokeflow-upgrade for fish. Made by: yokeflow-upgrade completion fish

function __yokeflow_upgrade_first -d 'whether the word after yokeflow-upgrade is being typed'
    test (count (commandline -opc)) -eq 1
end

function __yokeflow_upgrade_at -d 'whether the command is one of these'
    set -l words (commandline -opc)
    set -l command upgrade
    if set -q words[2]; and not string match -q -- '-*' $words[2]
        set command $words[2]
    end
    contains -- $command $argv
end

function __yokeflow_upgrade_lacks -d 'whether none of these options was given'
    set -l words (commandline -opc)
    # Where the value of the last one is being typed, it is about that one.
    if contains -- $words[-1] ${names}
        set -e words[-1]
    end
    for word in $words
        if contains -- (string replace -r '=.*' '' -- $word) $argv
            return 1
        end
    end
end

function __yokeflow_upgrade_no_operand -d 'whether a command has no argument yet'
    set -l words (commandline -opc)
    set -l value no
    for word in $words[3..-1]
        if test $value = yes
            set value no
        else if contains -- $word ${names}
            set value yes
        else if not string match -q -- '-*' $word
            return 1
        end
    end
end

function __yokeflow_upgrade_containers -d 'containers that run'
    type -q docker; and docker ps --format '{{.Names}}' 2>/dev/null
end

complete -c yokeflow-upgrade -f
${lines.join('\n')}
`;
}

function optionLine(
  where: string,
  { long, short, about, value }: OfferedOption,
  exclusions: Offers['exclusions'],
): string {
  const besides = [...new Set([long, ...exclusions.filter((group) => group.includes(long)).flat()])];
  const names = `${short === undefined ? '' : `-s ${short.slice(1)} `}-l ${long.slice(2)}`;
  return complete(
    `${where}; and __yokeflow_upgrade_lacks ${besides.join(' ')}`,
    `${names} -d ${quoted(about)}${value ? ` -r ${offer(value.values)}` : ''}`,
  );
}

function complete(condition: string, offered: string): string {
  return `complete -c yokeflow-upgrade -n ${quoted(condition)} ${offered}`;
}

/** What can stand somewhere, as options of fish's `complete`. */
function offer(values: Values): string {
  switch (values) {
    case 'container':
      return "-f -a '(__yokeflow_upgrade_containers)'";
    case 'folder':
      return "-f -a '(__fish_complete_directories (commandline -ct))'";
    case 'file':
      return '-F';
    case 'other':
      return '-f';
    default:
      return `-f -k -a ${quoted(values.map(([word, about]) => `${word}${about === undefined ? '' : `\\t${quoted(about)}`}`).join('\n'))}`;
  }
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
