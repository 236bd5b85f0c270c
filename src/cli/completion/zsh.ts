import type { OfferedCommand, OfferedOption, Offers, Values, Word } from './offers.js';

/** The completion for zsh, for a folder of `fpath` or to be sourced after `compinit`. */
export function zshCompletion({ commands, firstOnly, exclusions }: Offers): string {
  const specs = (options: readonly OfferedOption[]) => options.map((option) => specOf(option, exclusions));
  const lists = commands.flatMap(({ argument }) => {
    const words = argument && described(argument.values);
    return words ? [listOf(argument.name, words)] : [];
  });
  const branch = ({ name, options, argument }: OfferedCommand) => {
    const all = [
      ...specs(options),
      ...(name === 'upgrade' ? ['$first'] : []),
      ...(argument ? [quoted(`1:${argument.name}:${action(argument.name, argument.values)}`)] : []),
    ];
    return `        ${name}) _arguments -S \\\n${all.map((spec) => `            ${spec}`).join(' \\\n')} ;;`;
  };
  return `#compdef yokeflow-upgrade
# Completion of yokeflow-upgrade for zsh. Made by: yokeflow-upgrade completion zsh

_yokeflow_upgrade_containers() {
    (( $+commands[docker] )) || return 1
    local -a names
    names=(\${(f)"$(docker ps --format '{{.Names}}' 2>/dev/null)"})
    compadd "$@" -a names
}

${[
  listOf(
    'commands',
    commands.map(({ name, about }): Word => [name, about]),
  ),
  ...lists,
].join('\n')}
_yokeflow-upgrade() {
    local command=upgrade
    local -a first
    if (( CURRENT == 2 )); then
        if [[ $words[2] != -* ]]; then
            ${listName('commands')}
            return
        fi
        first=(${specs(firstOnly).join(' ')})
    fi
    if [[ $words[2] != -* ]]; then
        command=$words[2]
        shift words
        (( CURRENT-- ))
    fi
    case $command in
${commands.map(branch).join('\n')}
    esac
}

if [[ $funcstack[1] == _yokeflow-upgrade ]]; then
    _yokeflow-upgrade "$@"
else
    compdef _yokeflow-upgrade yokeflow-upgrade
fi
`;
}

/** One option as `_arguments` reads it: `'(-y --yes)'{-y,--yes}'[about]'`, `'(--other)--this=[about]:name:action'`. */
function specOf({ long, short, about, value }: OfferedOption, exclusions: Offers['exclusions']): string {
  const excluded = exclusions
    .filter((group) => group.includes(long))
    .flat()
    .filter((name) => short !== undefined || name !== long);
  const alone = long === '--help' || long === '--version' ? ['- *'] : excluded;
  const names = short === undefined ? [long] : [short, long];
  const rest = `[${about.replace(/[[\]\\]/g, '\\$&')}]${value ? `:${value.name}:${action(value.name, value.values)}` : ''}`;
  return names
    .map((name) => quoted(`${alone.length > 0 ? `(${alone.join(' ')})` : ''}${name}${value ? '=' : ''}${rest}`))
    .join(' ');
}

function action(name: string, values: Values): string {
  if (described(values)) return listName(name);
  switch (values) {
    case 'container':
      return '_yokeflow_upgrade_containers';
    case 'folder':
      return '_files -/';
    case 'file':
      return '_files';
    // A blank: the value's name is shown, and nothing is offered.
    case 'other':
      return ' ';
    default:
      return `(${values.map(([word]) => word).join(' ')})`;
  }
}

/** The words, where each has something to say about it. */
function described(values: Values): readonly Word[] | undefined {
  return typeof values !== 'string' && values[0]?.[1] !== undefined ? values : undefined;
}

function listName(name: string): string {
  return `_yokeflow_upgrade_${name}_list`;
}

function listOf(name: string, words: readonly Word[]): string {
  const items = words.map(([word, about]) => `        ${quoted(`${word}:${about}`)}`);
  return `${listName(name)}() {\n    local -a list\n    list=(\n${items.join('\n')}\n    )\n    _describe -t ${name} ${name} list\n}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
