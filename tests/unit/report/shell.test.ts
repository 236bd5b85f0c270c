import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { dropLine, restoreLine, shellWord } from '../../../src/report/shell.js';
import type { DirectTarget, DockerTarget } from '../../../src/detect/target.js';

const docker = { kind: 'docker', container: 'yokeflow_postgres', user: 'agent', database: 'yokeflow' } as DockerTarget;
const direct: DirectTarget = {
  kind: 'direct', source: '--database-url', host: 'db.example.com', port: 25060, database: 'default db', user: 'do@admin', password: 's3cret', ssl: 'prefer', reason: '',
};

it.each([
  ['plain-1.3.0.dump', 'plain-1.3.0.dump'],
  ['with space', "'with space'"],
  ["it's", `'it'\\''s'`],
  ['$(rm)', "'$(rm)'"],
])('%j is typed as %s', (word, typed) => {
  expect(shellWord(word, 'linux')).toBe(typed);
});

it('the way back names the container', () => {
  expect(restoreLine(docker, '/b/a.dump')).toBe('yokeflow-upgrade restore /b/a.dump --container yokeflow_postgres');
});

it('the way back names the URL that was given, without its password', () => {
  const line = restoreLine(direct, '/b/a.dump');
  expect(line).toBe('yokeflow-upgrade restore /b/a.dump --database-url postgresql://do%40admin@db.example.com:25060/default%20db');
  expect(restoreLine({ ...direct, ssl: { rejectUnauthorized: false } }, 'a')).toContain('?sslmode=require');
  expect(restoreLine({ ...direct, ssl: { rejectUnauthorized: true, ca: 'PEM' } }, 'a')).toContain('sslmode=verify-full&sslrootcert=FILE');
  expect(restoreLine({ ...direct, ssl: { rejectUnauthorized: true, ca: 'PEM', checkServerIdentity: () => undefined } }, 'a')).toContain('sslmode=verify-ca');
  expect(restoreLine({ ...direct, host: '/var/run/postgresql', ssl: 'disable' }, 'a')).toMatch(/postgresql:\/\/do%40admin@\/default%20db\?host=\/var\/run\/postgresql&port=25060'?$/);
  expect(restoreLine({ ...direct, host: '::1' }, 'a')).toContain('@[::1]:25060/');
});

it('what stands in the environment is not repeated', () => {
  expect(restoreLine({ ...direct, source: 'DATABASE_URL' }, '/b/a.dump')).toBe('yokeflow-upgrade restore /b/a.dump');
});

it('the line that drops what was put aside', () => {
  expect(dropLine(docker, 'yokeflow_before_restore_1')).toBe('docker exec yokeflow_postgres dropdb -U agent yokeflow_before_restore_1');
  expect(dropLine(direct, 'a b')).toBe("dropdb -h db.example.com -p 25060 -U do@admin 'a b'");
});

it('a word that acts on a terminal is spelled byte by byte, and a shell reads it back', () => {
  const word = "it's \\ \u001b[31m\u202e1\n\t\u{e0041}";
  const typed = shellWord(word, 'linux');
  expect(typed).toBe("$'it\\'s \\\\ \\033[31m\\342\\200\\2561\\012\\011\\363\\240\\201\\201'");
  const bash = spawnSync('bash', ['-c', `printf %s ${typed}`], { encoding: 'utf8' });
  if (!bash.error) expect(bash.stdout).toBe(word);
});
