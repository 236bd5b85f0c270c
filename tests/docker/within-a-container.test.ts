import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { describeWithEngine, startPostgresContainer, type PostgresContainer } from '../support/engine.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql } from '../support/fixtures.js';
import { temporaryFolder } from '../support/folder.js';

const name = 'yokeflow_upgrade_within';

/** Everything of it is elsewhere: user, database and password in files, the socket in /tmp, another port. */
const elsewhere = `
mkdir -p /secrets && echo agent >/secrets/user && echo flow >/secrets/database && echo agent_dev_password >/secrets/password
chmod 755 /secrets; chmod 644 /secrets/*
export POSTGRES_USER=agent POSTGRES_DB=flow POSTGRES_PASSWORD=agent_dev_password
unset POSTGRES_USER_FILE POSTGRES_DB_FILE POSTGRES_PASSWORD_FILE`;

describeWithEngine('within a container whose server is nowhere usual', () => {
  let postgres: PostgresContainer;
  beforeAll(async () => {
    postgres = await startPostgresContainer({
      name,
      database: 'flow',
      before: elsewhere,
      env: {
        POSTGRES_USER: '',
        POSTGRES_DB: '',
        POSTGRES_PASSWORD: '',
        POSTGRES_USER_FILE: '/secrets/user',
        POSTGRES_DB_FILE: '/secrets/database',
        POSTGRES_PASSWORD_FILE: '/secrets/password',
      },
      port: 5433,
      serverArgs: ['-p', '5433', '-c', 'unix_socket_directories=/tmp'],
      healthcheck: ['CMD', 'false'],
      sql: scenarioSql('1.3.0'),
    });
  });
  afterAll(() => postgres?.stop());

  async function run(...args: string[]) {
    const result = await runCommand([...args, '--json'], { engine: true });
    return { ...expectDocument(result), stderr: result.stderr };
  }
  const status = (...args: string[]) => run('status', '--container', name, ...args);
  const shell = async (script: string) => {
    const { exitCode, stderr } = await postgres.run('sh', '-c', script);
    expect(exitCode, stderr).toBe(0);
  };
  /** Runs SQL as the superuser, whatever the database is called by now. */
  const sql = (statement: string, database = 'postgres') =>
    shell(`psql -X -q -h /tmp -p 5433 -U agent -v ON_ERROR_STOP=1 -d '${database}' -c "${statement}"`);

  it('user, database and password in files, socket and port elsewhere, unhealthy: without any option', async () => {
    expect(await status()).toMatchObject({
      exitCode: 10,
      target: { database: 'flow', reason: `--container ${name} was given` },
      version: { release: '1.3.0' },
    });
    expect(await status('--port', '5433', '--user', 'agent', '--database', 'flow')).toMatchObject({ exitCode: 10 });
    const wrong = await status('--port', '5499', '--wait', '0');
    expect(wrong).toMatchObject({ exitCode: 4, error: { code: 'YF204' } });
    expect(wrong.error?.found.join()).toContain('5499');
    const backup = await run('backup', '--container', name, '--backup-dir', temporaryFolder());
    expect(backup, JSON.stringify(backup.error)).toMatchObject({ exitCode: 0 });
  });

  it('found by a look inside, where nothing names it', async () => {
    expect(await run('status')).toMatchObject({
      exitCode: 10,
      target: { container: name, database: 'flow', reason: `found by looking: ${name} holds YokeFlow's tables` },
    });
  });

  it('scram with the password in its file; peer only as the account that it compares', async () => {
    const rule = (line: string) =>
      shell(`hba=$PGDATA/pg_hba.conf; [ -e /tmp/hba ] || cp "$hba" /tmp/hba; { echo '${line}'; cat /tmp/hba; } >"$hba"
        kill -HUP $(head -n 1 "$PGDATA/postmaster.pid"); sleep 0.3`);
    await sql('CREATE ROLE postgres SUPERUSER LOGIN');
    await rule('local all all scram-sha-256');
    expect(await status()).toMatchObject({ exitCode: 10 });
    await rule('local all postgres peer');
    expect(await status('--user', 'postgres')).toMatchObject({ exitCode: 10 });
    await rule('local all agent peer');
    expect(await status()).toMatchObject({ exitCode: 4, error: { code: 'YF219' } });
    await rule('local all all trust');
  });

  /** Takes a program away, wherever the PATH has it. */
  const hide = (program: string) =>
    shell(`while file=$(command -v ${program}); do mv "$file" "$file.away"; echo "$file" >>/tmp/${program}; done`);
  const putBack = (program: string) =>
    shell(`while read -r file; do mv "$file.away" "$file"; done </tmp/${program}; rm /tmp/${program}`);

  it('pg_dump missing or too old is told before anything is asked', async () => {
    const upgrade = () => run('upgrade', '--yes', '--container', name);
    await hide('pg_dump');
    expect(await upgrade()).toMatchObject({
      exitCode: 3,
      error: { code: 'YF341', changed: false, remedy: expect.stringContaining('--no-backup') as string },
    });
    const old = '/usr/local/bin/pg_dump';
    await shell(`printf "#!/bin/sh\\necho 'pg_dump (PostgreSQL) 13.4'\\n" >${old}; chmod 755 ${old}`);
    expect((await upgrade()).error).toMatchObject({ code: 'YF341', found: ['it has pg_dump (PostgreSQL) 13.4'] });
    await shell(`rm ${old}`);
    await putBack('pg_dump');
  });

  it('without psql it is reached through its published port', async () => {
    await hide('psql');
    try {
      const { exitCode, target } = await status();
      expect({ exitCode, ...target }).toMatchObject({ exitCode: 10, kind: 'direct', host: '127.0.0.1' });
      expect(target?.reason).toContain('no psql in it');
    } finally {
      await putBack('psql');
    }
  });

  it('YokeFlow in another database of the server, and in another schema', async () => {
    await sql('ALTER DATABASE flow RENAME TO moved');
    const gone = await status();
    expect(gone).toMatchObject({ exitCode: 10, target: { database: 'moved' }, version: { release: '1.3.0' } });
    expect(gone.target?.reason).toContain('found by looking');
    const named = await status('--database', 'flow');
    expect(named).toMatchObject({
      exitCode: 4,
      error: { code: 'YF206', remedy: expect.stringContaining('--database moved') as string },
    });

    await sql('CREATE DATABASE flow');
    await sql('ALTER SCHEMA public RENAME TO own; CREATE SCHEMA public', 'moved');
    expect(await status('--database', 'flow')).toMatchObject({
      exitCode: 3,
      error: { code: 'YF301', remedy: expect.stringContaining(`--container ${name} --database moved`) as string },
    });
    const upgraded = await run('upgrade', '--yes', '--no-backup', '--container', name);
    expect(upgraded, JSON.stringify(upgraded.error)).toMatchObject({
      exitCode: 0,
      result: 'upgraded',
      target: { database: 'moved' },
      version: { schema: 'own', release: '1.4.0' },
    });

    await sql('CREATE DATABASE moved_too TEMPLATE moved');
    const several = await run('upgrade', '--yes', '--container', name);
    expect(several).toMatchObject({ exitCode: 3, error: { code: 'YF318', changed: false } });
    expect(several.candidates?.map(({ database, option }) => [database, option])).toEqual([
      ['moved', `--container ${name} --database moved`],
      ['moved_too', `--container ${name} --database moved_too`],
      ['flow', `--container ${name} --database flow`],
    ]);
    expect(await status('--database', 'moved_too')).toMatchObject({ exitCode: 0, target: { database: 'moved_too' } });
  });
});
