import type { OfferedCommand, Offers, Values } from './offers.js';

/**
 * The completion for bash, 3.2 and later. Names of files and folders are left to readline, which knows how to quote
 * them: `compopt` asks for that from bash 4 on, and before that it is what bash does where nothing else is offered.
 */
export function bashCompletion({ commands, firstOnly, valued, exclusions }: Offers): string {
  return `# Completion of yokeflow-upgrade for bash. Made by: yokeflow-upgrade completion bash
_yokeflow_upgrade() {
    local IFS=$' \\t\\n' command=upgrade cur word option= given=' ' options= values= operands=0 i=1
    cur=\${COMP_WORDS[COMP_CWORD]}
    COMPREPLY=()
    if [[ $COMP_CWORD -gt 1 && \${COMP_WORDS[1]} != -* ]]; then command=\${COMP_WORDS[1]}; i=2; fi

    while [[ $i -lt $COMP_CWORD ]]; do
        word=\${COMP_WORDS[i]}
        i=$((i + 1))
        case $word in
${exclusions.map((words) => `            ${words.join('|')}) given="$given${words.join(' ')} " ;;`).join('\n')}
            -*) given="$given$word " ;;
            *) operands=$((operands + 1)) ;;
        esac
        case $word in
            ${valued.map(({ long }) => long).join('|')})
                # bash takes --name=value apart: --name, =, value.
                if [[ $i -lt $COMP_CWORD && \${COMP_WORDS[i]} == = ]]; then i=$((i + 1)); fi
                if [[ $i -ge $COMP_CWORD ]]; then option=$word; fi
                i=$((i + 1)) ;;
        esac
    done
    if [[ $cur == = ]]; then cur=; fi

    case $command in
${commands.map(branch).join('\n')}
    esac
    if [[ $COMP_CWORD -eq 1 ]]; then
        options="$options ${firstOnly.map(({ long }) => long).join(' ')}"
        values='${commands.map(({ name }) => name).join(' ')}'
    fi
    if [[ -n $option ]]; then
        case $option in
${valued.map(({ long, value }) => `            ${long}) values='${wordsOf(value.values)}' ;;`).join('\n')}
        esac
    elif [[ $cur == -* ]]; then
        values=
        for word in $options; do
            if [[ $given != *" $word "* ]]; then values="$values $word"; fi
        done
    elif [[ $operands -gt 0 ]]; then
        values=
    fi

    case $values in
        container) if type docker >/dev/null 2>&1; then values=$(docker ps --format '{{.Names}}' 2>/dev/null); else values=; fi ;;
        folder) compopt -o dirnames 2>/dev/null; return ;;
        file) compopt -o default 2>/dev/null; return ;;
    esac
    COMPREPLY=($(compgen -W "$values" -- "$cur"))
}
if type compopt >/dev/null 2>&1; then
    complete -F _yokeflow_upgrade yokeflow-upgrade
else
    complete -o default -F _yokeflow_upgrade yokeflow-upgrade
fi
`;
}

function branch({ name, options, argument }: OfferedCommand): string {
  const values = argument === undefined ? '' : ` values='${wordsOf(argument.values)}'`;
  return `        ${name}) options='${options.map(({ long }) => long).join(' ')}'${values} ;;`;
}

/** Words to choose from, or the name of what the script looks up; nothing where only the user knows. */
function wordsOf(values: Values): string {
  if (values === 'other') return '';
  return typeof values === 'string' ? values : values.map(([word]) => word).join(' ');
}
