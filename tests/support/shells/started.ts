import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Shell } from '../../../src/cli/completion/offers.js';

interface Started {
  readonly args: string[];
  /** The keys that write what Tab offers at the end of a line into the notes, a line each. */
  readonly ask: (line: string) => string;
}

/** How a shell is started so that it reads this completion and nothing of this user's, and writes to the file `notes`. */
export function started(
  shell: Shell,
  { script, home, notes }: { script: string; home: string; notes: string },
): Started {
  const save = (name: string, text: string) => {
    writeFileSync(join(home, name), text);
    return join(home, name);
  };
  // Written under another name first, so that whoever waits for the notes finds all of them.
  const written = `> ${notes}.new && mv ${notes}.new ${notes}`;
  if (shell === 'fish') {
    const init = save(
      'init.fish',
      `source ${save('completion.fish', script)}
      function yokeflow-upgrade; printf '%s\\n' $argv > ${notes}.new; and mv ${notes}.new ${notes}; end
      function ask; complete -C "$argv" | string replace -r '\\t.*' '' > ${notes}.new; mv ${notes}.new ${notes}; end
      function fish_prompt; echo 'ready> '; end
      function fish_greeting; end`,
    );
    return {
      args: ['--no-config', '--interactive', '--init-command', `source ${init}`],
      ask: (line) => `ask '${line}'\r`,
    };
  }
  const command = `yokeflow-upgrade() { if [ $# -gt 0 ]; then printf '%s\\n' "$@"; fi ${written}; }`;
  if (shell === 'bash') {
    // bash calls the function with these variables set.
    const rc = save(
      'rc',
      `source ${save('completion.bash', script)}
      PS1='ready> '
      ${command}
      ask() {
        COMP_LINE=$1; COMP_POINT=\${#1}
        COMP_WORDS=(); eval "COMP_WORDS=(\${1//=/ = })"
        case $1 in *' ') COMP_WORDS+=('') ;; esac
        COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
        _yokeflow_upgrade
        if [ \${#COMPREPLY[@]} -gt 0 ]; then printf '%s\\n' "\${COMPREPLY[@]}"; fi ${written}
      }`,
    );
    return { args: ['--noprofile', '--rcfile', rc, '-i'], ask: (line) => ` ask '${line}'\r` };
  }
  save('_yokeflow-upgrade', script);
  save(
    '.zshrc',
    `fpath=(${home} $fpath)
    autoload -Uz compinit && compinit -u -D
    PS1='ready> '
    setopt NO_BEEP
    ${command}
    # What is offered in the end, and not what is only counted on the way.
    compadd() {
      local -a hits
      if [[ \${(j: :)@[1,(i)(-|--)]} != *-[OAD]* ]]; then builtin compadd -A hits "$@"; print -rl -- $hits >> ${notes}.offered; fi
      builtin compadd "$@"
    }
    told() { zle kill-whole-line; sed '/^$/d' ${notes}.offered ${written}; : > ${notes}.offered; }
    zle -N told
    bindkey '^Xt' told
    : > ${notes}.offered`,
  );
  return { args: ['-d', '-i'], ask: (line) => `${line}\t\u0018t` };
}
