import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/definitions.js';
import { valueKinds } from '../../src/cli/options.js';
import { errorCodes } from '../../src/errors/codes.js';
import { findCode } from '../../src/errors/explanations.js';
import { findRelease } from '../../src/releases/registry.js';
import { runCommand } from '../support/command.js';
import { parsed } from '../support/command-lines.js';
import { describeInShell, type CompletingShell } from '../support/shells/shell.js';

const scripts = new Map<string, string>();
beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish']) scripts.set(shell, (await runCommand(['completion', shell])).stdout);
});

/** Answers the one question that a completion may ask. */
const docker = `[ "$*" = 'ps --format {{.Names}}' ] || exit 64\nprintf 'yokeflow_postgres\\nyokeflow-postgres\\n'`;
const codes4 = errorCodes.filter((code) => code.startsWith('YF4'));

/** A value that every option takes which takes any. */
const value = '1';

describe.each(['bash', 'zsh', 'fish'] as const)('in %s', (shell) => {
  describeInShell(shell, { script: () => scripts.get(shell)!, docker }, (opened) => {
    beforeAll(() => {
      mkdirSync(join(opened.folder, 'a folder'));
      writeFileSync(join(opened.folder, 'a file.dump'), '');
    });

    it('every command is offered, and nothing else', async () => {
      expect(await opened.offered('yokeflow-upgrade ')).toEqual([...commands.map(({ name }) => name), 'help'].sort());
      expect(await opened.offered('yokeflow-upgrade re')).toEqual(
        commands
          .map(({ name }) => name)
          .filter((name) => name.startsWith('re'))
          .sort(),
      );
      expect(await opened.offered('yokeflow-upgrade status ')).not.toContain('status');
    });

    it.each(commands)(
      '$name: its options are offered, and it takes each of them',
      async ({ name, options, argument }) => {
        const offered = await opened.offered(`yokeflow-upgrade ${name} --`);
        expect(offered).toEqual([...options.filter(({ hidden }) => !hidden).map(({ long }) => long), '--help'].sort());
        for (const option of offered) {
          const { required, argChoices } = options.find(({ long }) => long === option) ?? {};
          const words = [
            name,
            ...(argument?.flags.startsWith('<') ? [value] : []),
            option,
            ...(required ? [argChoices?.[0] ?? value] : []),
          ];
          expect(await parsed(words), words.join(' ')).not.toHaveProperty('complaint');
        }
      },
    );

    it('without a command: the options of the wizard, and those that stand alone', async () => {
      const alone = await opened.offered('yokeflow-upgrade --');
      expect(alone).toEqual([...(await opened.offered('yokeflow-upgrade upgrade --')), '--version'].sort());
      expect(await opened.offered('yokeflow-upgrade --yes --')).not.toContain('--version');
      // Commands come first.
      expect((await opened.offered('yokeflow-upgrade --yes ')).filter((word) => !word.startsWith('-'))).toEqual([]);
    });

    it('an option is offered once, and not beside one that it excludes', async () => {
      expect(await opened.offered('yokeflow-upgrade status --container x --')).not.toContain('--container');
      expect(await opened.offered('yokeflow-upgrade status --container x --')).not.toContain('--database-url');
      expect(await opened.offered('yokeflow-upgrade status --database-url x --')).not.toContain('--container');
      expect(await opened.offered('yokeflow-upgrade demo -y --')).not.toContain('--yes');
    });

    it('values: releases, containers that run, codes, shells, commands', async () => {
      const releases = await opened.offered('yokeflow-upgrade --to ');
      expect(releases).toEqual(expect.arrayContaining(['1.0.0', '1.2.0', '1.4.0']));
      expect(releases.filter((release) => findRelease(release) === undefined)).toEqual([]);
      expect(await opened.offered('yokeflow-upgrade status --container ')).toEqual([
        'yokeflow-postgres',
        'yokeflow_postgres',
      ]);
      const codes = await opened.offered('yokeflow-upgrade explain YF');
      expect(codes).toEqual(errorCodes);
      expect(codes.filter((code) => findCode(code) === undefined)).toEqual([]);
      expect(await opened.offered('yokeflow-upgrade report --format ')).toEqual(expect.arrayContaining(['json', 'md']));
      expect(await opened.offered('yokeflow-upgrade completion ')).toEqual(['bash', 'fish', 'zsh']);
      for (const command of await opened.offered('yokeflow-upgrade help '))
        expect(await parsed([command, '--help'])).not.toHaveProperty('complaint');
    });

    it('one argument is enough', async () => {
      const words = await opened.offered('yokeflow-upgrade explain YF402 ');
      expect(words.filter((word) => !word.startsWith('-'))).toEqual([]);
    });

    it('where only the user knows the value, nothing is offered, and no file either', async () => {
      for (const option of Object.keys(valueKinds).filter((name) => valueKinds[name] === 'other')) {
        expect(await opened.offered(`yokeflow-upgrade upgrade ${option} `)).toEqual([]);
        expect(await opened.executed(`yokeflow-upgrade upgrade ${option} \t`)).toEqual(['upgrade', option]);
      }
    });

    it('Tab on a real line: commands, options, values, also after =', async () => {
      expect(await opened.executed('yokeflow-upgrade stat\t --js\t')).toEqual(['status', '--json']);
      expect(await opened.executed('yokeflow-upgrade plan --to 1.3\t --sq\t')).toEqual([
        'plan',
        '--to',
        '1.3.0',
        '--sql',
      ]);
      expect(await opened.executed('yokeflow-upgrade plan --to=1.3\t')).toEqual(['plan', '--to=1.3.0']);
      expect(await opened.executed('yokeflow-upgrade status --container yokeflow_\t')).toEqual([
        'status',
        '--container',
        'yokeflow_postgres',
      ]);
    });

    it('files and folders, with blanks in their names', async () => {
      expect(await opened.executed('yokeflow-upgrade restore a\\ fi\t')).toEqual(['restore', 'a file.dump']);
      expect(await opened.executed('yokeflow-upgrade restore --while-running a\\ fi\t')).toEqual([
        'restore',
        '--while-running',
        'a file.dump',
      ]);
      expect(await opened.executed('yokeflow-upgrade report --out a\\ fi\t')).toEqual([
        'report',
        '--out',
        'a file.dump',
      ]);
      // zsh takes the slash away again at Enter.
      const withoutSlash = async (typed: string) =>
        (await opened.executed(typed)).map((word) => word.replace(/\/$/, ''));
      expect(await withoutSlash('yokeflow-upgrade backup --backup-dir a\t')).toEqual([
        'backup',
        '--backup-dir',
        'a folder',
      ]);
      expect(await withoutSlash('yokeflow-upgrade status --project a\t')).toEqual(['status', '--project', 'a folder']);
      // A command without an argument is offered no file.
      expect(await opened.executed('yokeflow-upgrade status a\\ fi\t')).toEqual(['status', 'a fi']);
    });

    if (shell !== 'bash') {
      it('says what a code means', () =>
        opened.shows('yokeflow-upgrade explain YF40\t', "YokeFlow's tables are in use"));
    }
  });

  describeInShell(shell, { script: () => scripts.get(shell)! }, (withoutDocker) => {
    it('without docker: no containers, and no word about it', async () => {
      expect(await withoutDocker.offered('yokeflow-upgrade status --container ')).toEqual([]);
      expect(await withoutDocker.executed('yokeflow-upgrade status --container \t')).toEqual(['status', '--container']);
      expect(withoutDocker.screen()).not.toMatch(/docker|not found/);
    });
  });
});

describe('bash 3.2, which has no compopt', () => {
  describeInShell(
    'bash',
    { script: () => scripts.get('bash')!, before: 'enable -n compopt', docker },
    (opened: CompletingShell) => {
      it('completes all the same', async () => {
        writeFileSync(join(opened.folder, 'a file.dump'), '');
        expect(await opened.offered('yokeflow-upgrade explain YF4')).toEqual(codes4);
        expect(await opened.executed('yokeflow-upgrade stat\t --js\t')).toEqual(['status', '--json']);
        expect(await opened.executed('yokeflow-upgrade restore a\\ fi\t')).toEqual(['restore', 'a file.dump']);
        expect(opened.screen()).not.toMatch(/compopt|not found/);
      });
    },
  );
});

describe('completion', () => {
  it('takes the shell from SHELL where none is named', async () => {
    const { exitCode, stdout } = await runCommand(['completion'], { env: { SHELL: '/usr/local/bin/fish' } });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: scripts.get('fish') });
  });

  it.each([
    [['tcsh'], '/bin/bash'],
    [[], '/bin/sh'],
    [[], ''],
  ])('%j with SHELL=%j is wrong usage, and names the three', async (shell, SHELL) => {
    const { exitCode, stdout, stderr } = await runCommand(['completion', ...shell], { env: { SHELL } });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/YF101[\s\S]*bash, zsh, fish/);
  });

  it('is in the JSON document, word for word', async () => {
    const { json } = await runCommand(['completion', 'zsh', '--json']);
    expect(json()).toMatchObject({ exitCode: 0, result: 'printed', completion: scripts.get('zsh') });
  });
});
