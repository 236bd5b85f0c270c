import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startCommand, runCommand, type CommandOptions } from '../support/command.js';
import { temporaryFolder } from '../support/folder.js';
import { commandLines } from '../support/processes.js';

/** A password in the shapes in which a connection string is mistyped. Short ones are no word of their own. */
const slips = [
  'postgresql://u:S3CRET@h/d',
  'postgres:/u:S3CRET@h/d',
  'postgresql://u:my S3CRET@h/d',
  '"postgresql://u:S3CRET@h/d"',
  'postgresql%3A%2F%2Fu%3AS3CRET%40h%2Fd',
  'u:S3CRET@h',
  'host=h user=u password=S3CRET',
  'postgresql://h/d@u:S3CRET',
  'postgresql://u@h:S3CRET/d',
];

async function run(
  args: readonly string[],
  options: CommandOptions = {},
): Promise<{ exitCode: number | null; output: string }> {
  const { exitCode, stdout, stderr } = await runCommand(args, options);
  expect(stdout + stderr, args.join(' ')).not.toMatch(/S3CRET/i);
  return { exitCode, output: stdout + stderr };
}

/** Where something else than a connection is meant, with what the command needs beside it. */
const places: readonly ((slip: string) => readonly string[])[] = [
  (slip) => ['status', '--project', slip],
  (slip) => ['upgrade', '--yes', `--backup-dir=${slip}`],
  (slip) => ['backup', '--backup-dir', slip],
  (slip) => ['plan', '--container', slip],
  (slip) => ['verify', '--schema', slip],
  (slip) => ['plan', '--to', slip],
  (slip) => ['restore', slip, '--yes'],
  (slip) => ['report', '--out', slip, '--yes'],
  (slip) => ['explain', slip],
  (slip) => ['completion', slip],
  (slip) => ['rollback', '--wait', slip],
  (slip) => ['report', '--format', slip],
  (slip) => [slip],
  (slip) => ['help', slip],
  (slip) => ['status', slip],
  (slip) => [`--${slip}`],
  (slip) => ['status', `--databse-url=${slip}`],
];

describe('a connection string in the wrong place', () => {
  // One slip in every place, and every slip in places of its own: what recognises a slip is the same wherever it stands.
  const some = (slip: number) => [...places.entries()].filter(([place]) => slip === 0 || (place + slip) % 3 === 0);
  it.each(slips)('%s is wrong usage, is not repeated, and nothing is made of it', async (slip) => {
    const folder = temporaryFolder();
    const outputOptions = [[], ['--json'], ['--events'], ['--verbose']];
    for (const [index, place] of some(slips.indexOf(slip))) {
      const { exitCode, output } = await run([...place(slip), ...(outputOptions[index % outputOptions.length] ?? [])], {
        cwd: folder,
      });
      expect(exitCode, output).toBe(2);
      expect(output).toMatch(/YF10[15]/);
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['an unknown option with a value', ['status', '--passwort=S3CRET']],
    ['a short one', ['status', '-pS3CRET']],
    ['the rest of a password with spaces', ['--database-url', 'postgresql://u:my', 'S3CRET', 'word@h/d']],
    ['the rest of one, of a command', ['status', '--database-url', 'postgresql://u:my', 'S3CRET@h/d']],
    ['a wrong value beside it', ['status', '--database-url', 'postgresql://u:my', '--wait', 'S3CRET@h/d']],
    [
      'an address that is given twice',
      ['status', '--database-url', 'postgresql://u:S3CRET@h/d', '--database-url', 'postgresql://u:S3CRET@/'],
    ],
    ...slips.map((slip): [string, string[]] => [`--database-url with ${slip}`, ['status', '--database-url', slip]]),
  ])('%s is not repeated', async (_, args) => {
    for (const more of [[], ['--json', '--events']]) expect([2, 4]).toContain((await run([...args, ...more])).exitCode);
  });
});

describe('a connection string in the environment', () => {
  it.each<Record<string, string>>([
    { PGHOST: 'u:S3CRET@h', PGDATABASE: 'd' },
    { PGHOST: 'u:S3CRET', PGDATABASE: 'd' },
    { PGHOST: 'postgresql://u:S3CRET@h/d' },
    { PGHOST: '127.0.0.1', PGPORT: 'u:S3CRET@h' },
    { PGHOST: '127.0.0.1', PGPORT: '9', PGUSER: 'u:S3CRET' },
    { PGHOST: '127.0.0.1', PGPORT: '9', PGUSER: 'u:S3', PGDATABASE: 'S3CRET:u@h' },
    { PGHOST: '127.0.0.1', PGUSER: 'postgresql://u:S3CRET@h/d' },
    { PGDATABASE: 'postgresql://u:S3CRET@h/d' },
    { PGHOST: '127.0.0.1', PGDATABASE: 'host=h password=S3CRET' },
    { PGHOST: '127.0.0.1', PGSSLROOTCERT: 'postgresql://u:S3CRET@h/d', PGSSLMODE: 'verify-full' },
    { PGSERVICE: 'postgresql://u:S3CRET@h/d' },
    { DATABASE_URL: 'postgresql://h/d@u:S3CRET' },
    { DATABASE_URL: 'postgresql://u@h:S3CRET/d' },
    { DATABASE_URL: 'u:S3CRET@postgresql://h/d' },
    { DATABASE_URL: 'postgresql://127.0.0.1:9/d?user=u:S3CRET' },
    { DATABASE_URL: 'postgresql://127.0.0.1:9/u%3AS3CRET%40h' },
    { DATABASE_URL: '"postgresql://u:S3CRET@h/d"' },
    { DATABASE_URL: 'postgresql://u:my S3CRET@127.0.0.1:9/d' },
    { DATABASE_URL: 'postgresql://127.0.0.1:9/d?pass=S3CRET' },
    { DOCKER_HOST: 'tcp://u:S3CRET@127.0.0.1:9' },
    { DOCKER_HOST: 'unix://u:S3CRET@h' },
    { DOCKER_HOST: 'u:S3CRET@h:2375' },
    { DOCKER_HOST: 'postgresql://u:S3CRET@h' },
    { DOCKER_HOST: 'ssh://u:S3CRET@127.0.0.1:9' },
    { DOCKER_CONTEXT: 'postgresql://u:S3CRET@h', DOCKER_HOST: '' },
    { SHELL: 'postgresql://u:S3CRET@h' },
  ])('%j is not repeated', async (env) => {
    for (const args of [['status', '--json', '--events'], ['SHELL' in env ? 'completion' : 'report']])
      await run(args, { env });
    // `upgrade` looks for the database as `status` does; what it says in words is not the document above.
    if (Object.keys(env).length > 1 || 'DATABASE_URL' in env) await run(['upgrade', '--yes'], { env });
  });

  it('nor one in .env', async () => {
    const folder = temporaryFolder();
    for (const text of [
      'PGHOST=u:S3CRET@h',
      'PGHOST=127.0.0.1\nPGUSER="u:S3CRET"\nPGPORT=9',
      'PGDATABASE=postgresql://u:S3CRET@h/d',
      'DATABASE_URL=u:S3CRET@h/d',
      'DATABASE_URL=postgresql://h/d@u:S3CRET',
    ]) {
      writeFileSync(join(folder, '.env'), text);
      expect((await run(['status'], { cwd: folder })).exitCode).toBe(4);
      expect((await run(['report', '--json'], { cwd: folder })).exitCode).toBe(0);
    }
  });
});

it.skipIf(!existsSync('/proc/self/cmdline'))(
  'is not in the list of processes either, once the program is running',
  async () => {
    // Nothing answers there, and a folder of this name is no socket.
    const { process: child, result } = startCommand([
      'status',
      '--database-url',
      'postgresql://u:S3CRET@192.0.2.1:9/d',
      '--events',
    ]);
    await new Promise((resolve) => child.stderr?.once('data', resolve));
    expect(commandLines().filter((line) => line.includes('S3CRET'))).toEqual([]);
    child.kill('SIGINT');
    await result;
  },
);
