import { parameters } from '../../../src/detect/parameters.js';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { commands } from '../../../src/cli/definitions.js';
import { manualPage } from '../../../src/cli/manual/page.js';
import { variables } from '../../../src/cli/manual/surroundings.js';
import { packageVersion } from '../../../src/machine/package-info.js';
import { sourceText } from '../errors/source.js';

const file = fileURLToPath(new URL('../../../man/yokeflow-upgrade.1', import.meta.url));
const page = manualPage(packageVersion());

it('the committed page is the one that npm run man makes', () => {
  expect(readFileSync(file, 'utf8')).toBe(page);
});

it('is in the package, where npm and man look for it', () => {
  const { man, files } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    man: string[];
    files: string[];
  };
  expect(man).toEqual(['./man/yokeflow-upgrade.1']);
  expect(files).toContain('man');
});

it('has the usual sections, in the usual order', () => {
  expect([...page.matchAll(/^\.SH (.*)$/gm)].map(([, heading]) => heading)).toEqual([
    'NAME',
    'SYNOPSIS',
    'DESCRIPTION',
    'COMMANDS',
    'OPTIONS',
    'EXIT STATUS',
    'ENVIRONMENT',
    'FILES',
    'EXAMPLES',
    'BUGS',
    'SEE ALSO',
  ]);
});

it('names the variables that the program reads', () => {
  const named = variables.flatMap(([names]) => names.split(', '));
  const honoured = parameters.flatMap(({ treatment, variable }) => (treatment === 'honoured' && variable) || []);
  const read = new Set([...[...sourceText().matchAll(/env\['(\w+)'\]/g)].map(([, name]) => name ?? ''), ...honoured]);
  expect(named.filter((name) => !read.has(name))).toEqual([]);
  // What an operating system sets by itself, and what is said to be unsupported, has no place in it.
  const unsaid = [
    'APPDATA',
    'COLIMA_HOME',
    'HOME',
    'NODE_OPTIONS',
    'PATH',
    'PWD',
    'Path',
    'ProgramFiles',
    'ProgramW6432',
    'USER',
    'USERNAME',
    'USERPROFILE',
    'XDG_CONFIG_HOME',
    'XDG_RUNTIME_DIR',
    'YOKEFLOW_UPGRADE_IMAGE',
  ];
  expect([...read].filter((name) => !named.includes(name)).sort()).toEqual(unsaid);
});

/** One of the programs that show manual pages, and how it is asked for plain text and for warnings. */
const programs = [
  ['mandoc', ['-T', 'utf8', '-W', 'warning,stop']],
  ['groff', ['-man', '-Tutf8', '-ww', '-P-c']],
] as const;

describe.each(programs)('%s', (program, args) => {
  const found = spawnSync(program, ['--version']).error === undefined;
  const required = process.env['REQUIRE_SHELLS'] === '1' && program === 'mandoc';
  it.skipIf(!found && !required)(
    `shows it without a warning${found ? '' : ' (skipped: it is not on this machine)'}`,
    () => {
      const { status, stdout, stderr } = spawnSync(program, [...args, file], { encoding: 'utf8' });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      // Bold is a letter, a backspace and the letter again.
      const shown = [...stdout]
        .filter((letter, index, all) => letter !== '\b' && all[index + 1] !== '\b')
        .join('')
        .replace(/\s+/g, ' ');
      for (const { name, options } of commands) {
        expect(shown).toContain(` ${name} `);
        for (const { long } of options) expect(shown).toContain(long);
      }
      // What somebody copies has plain minus signs, and is neither hyphenated nor changed.
      expect(shown).toContain('yokeflow-upgrade status --database-url postgresql://agent@db.example.com/yokeflow');
      expect(shown).toContain('yokeflow-upgrade completion zsh > "${fpath[1]}/_yokeflow-upgrade"');
      expect(shown).toContain('~/.local/share/bash-completion/completions/yokeflow-upgrade');
    },
  );
});
