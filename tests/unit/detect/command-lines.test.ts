import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { dropLine, restoreLine } from '../../../src/detect/command-lines.js';
import { shellWord } from '../../../src/inert/shell.js';
import type { DirectTarget, DockerTarget } from '../../../src/database/target.js';

const docker = { kind: 'docker', container: 'yokeflow_postgres', user: 'agent', database: 'yokeflow' } as DockerTarget;
const direct: DirectTarget = {
  kind: 'direct',
  source: '--database-url',
  host: 'db.example.com',
  port: 25060,
  database: 'default db',
  user: 'do@admin',
  password: 's3cret',
  ssl: 'prefer',
  reason: '',
};

it.each([
  ['plain-1.3.0.dump', 'plain-1.3.0.dump'],
  ['with space', "'with space'"],
  ["it's", `'it'\\''s'`],
  ['$(rm)', "'$(rm)'"],
  ['~', "'~'"],
  ['a=~/b', "'a=~/b'"],
  ['=ls', "'=ls'"],
  ['%1', "'%1'"],
  ['', "''"],
  ['a;b', "'a;b'"],
])('%j is typed as %s', (word, typed) => {
  expect(shellWord(word, 'linux')).toBe(typed);
});

it('the way back names the container', () => {
  expect(restoreLine(docker, '/b/a.dump')).toBe('yokeflow-upgrade restore /b/a.dump --container yokeflow_postgres');
});

it('the way back names the URL that was given, without its password', () => {
  const line = restoreLine(direct, '/b/a.dump');
  expect(line).toBe(
    'yokeflow-upgrade restore /b/a.dump --database-url postgresql://do%40admin@db.example.com:25060/default%20db',
  );
  expect(restoreLine({ ...direct, ssl: { rejectUnauthorized: false } }, 'a')).toContain('?sslmode=require');
  expect(restoreLine({ ...direct, ssl: { rejectUnauthorized: true, ca: 'PEM' } }, 'a')).toContain(
    'sslmode=verify-full&sslrootcert=FILE',
  );
  expect(
    restoreLine({ ...direct, ssl: { rejectUnauthorized: true, ca: 'PEM', checkServerIdentity: () => undefined } }, 'a'),
  ).toContain('sslmode=verify-ca');
  expect(restoreLine({ ...direct, host: '/var/run/postgresql', ssl: 'disable' }, 'a')).toMatch(
    /postgresql:\/\/do%40admin@\/default%20db\?host=\/var\/run\/postgresql&port=25060'?$/,
  );
  expect(restoreLine({ ...direct, host: '::1' }, 'a')).toContain('@[::1]:25060/');
});

it('what stands in the environment is not repeated', () => {
  expect(restoreLine({ ...direct, source: 'DATABASE_URL' }, '/b/a.dump')).toBe('yokeflow-upgrade restore /b/a.dump');
});

it('the line that drops what was put aside', () => {
  expect(dropLine(docker, 'yokeflow_before_restore_1')).toBe(
    'docker exec yokeflow_postgres dropdb -U agent yokeflow_before_restore_1',
  );
  expect(dropLine(direct, 'a b')).toBe("dropdb -h db.example.com -p 25060 -U do@admin 'a b'");
});

it('a name that begins with a hyphen is no option', () => {
  expect(dropLine(docker, '-rf')).toBe('docker exec yokeflow_postgres dropdb -U agent -- -rf');
  expect(dropLine(direct, '--if-exists x')).toBe("dropdb -h db.example.com -p 25060 -U do@admin -- '--if-exists x'");
});

/** Names that people, or their enemies, give to databases, roles and files. */
const odd = [
  'plain',
  '-x',
  '--help',
  'a b',
  "it's",
  '"',
  '$HOME',
  '$(id)',
  '`id`',
  'a;id',
  'a&b|c>d<e',
  '*',
  '~',
  '~root',
  'x=~/y',
  '!!',
  '#a',
  '\\',
  'a\nb',
  'a\r',
  '\t',
  '{a,b}',
  '[a]',
  '?',
  '=ls',
  '%1',
  '(',
  'ümläut',
  '\u202e',
  '',
];

it.skipIf(process.platform === 'win32').each(odd)('whatever a name is, a shell reads one word back: %j', (name) => {
  for (const shell of ['bash', 'zsh']) {
    const read = spawnSync(shell, ['-c', `set -- ${shellWord(name)}; printf '%s|%s' "$#" "$1"`], { encoding: 'utf8' });
    if (!read.error) expect([shell, read.stdout]).toEqual([shell, `1|${name}`]);
    const line = spawnSync(
      shell,
      ['-c', `dropdb() { printf '%s\\0' "$@"; }; ${dropLine({ ...direct, user: name }, name)}`],
      { encoding: 'utf8' },
    );
    if (!line.error)
      expect(line.stdout.split('\0').slice(4, -1)).toEqual(['-U', name, ...(name.startsWith('-') ? ['--'] : []), name]);
  }
});

it('a word that acts on a terminal is spelled byte by byte, and a shell reads it back', () => {
  const word = "it's \\ \u001b[31m\u202e1\n\t\u{e0041}";
  const typed = shellWord(word, 'linux');
  expect(typed).toBe("$'it\\'s \\\\ \\033[31m\\342\\200\\2561\\012\\011\\363\\240\\201\\201'");
  const bash = spawnSync('bash', ['-c', `printf %s ${typed}`], { encoding: 'utf8' });
  if (!bash.error) expect(bash.stdout).toBe(word);
});
