import { afterEach, expect, it } from 'vitest';
import {
  createPostgresContainer,
  describeWithEngine,
  startPostgresContainer,
  type PostgresContainer,
} from '../support/engine.js';

describeWithEngine('the PostgreSQL image that tests run on', () => {
  let started: PostgresContainer | undefined;
  afterEach(() => started?.stop());

  it('serves what YokeFlow finds in its own container', async () => {
    started = await startPostgresContainer({
      sql: 'CREATE TABLE boat (name text); INSERT INTO boat VALUES ($$Argo$$)',
    });
    const local = await started.run('psql', '-X', '-U', 'agent', '-d', 'yokeflow', '-Atc', 'SELECT name FROM boat');
    expect(local).toEqual({ stdout: 'Argo\n', stderr: '', exitCode: 0 });
    expect(await started.query('SELECT current_user, current_database()')).toEqual([
      { current_user: 'agent', current_database: 'yokeflow' },
    ]);
    for (const program of ['pg_dump', 'pg_restore']) {
      expect(await started.run(program, '--version')).toMatchObject({ exitCode: 0 });
    }
    const { Config } = await started.container.inspect();
    expect(Config.Env).toEqual(expect.arrayContaining(['POSTGRES_DB=yokeflow', 'POSTGRES_USER=agent']));
  });

  it('asks for a password over TCP', async () => {
    started = await startPostgresContainer();
    const { connected } = await import('../support/databases.js');
    const wrong = { ...(await started.address()), password: 'wrong' };
    await expect(connected(wrong, 'yokeflow', async () => undefined)).rejects.toMatchObject({ code: '28P01' });
  });

  it('makes further databases, each filled by a script', async () => {
    started = await startPostgresContainer({ published: false });
    const other = await started.createDatabase({ sql: 'CREATE TABLE boat ()', name: 'harbour' });
    expect(await other.query('SELECT tablename FROM pg_tables WHERE schemaname = $1', ['public'])).toEqual([
      { tablename: 'boat' },
    ]);
    expect(await started.query('SELECT FROM pg_tables WHERE schemaname = $1', ['public'])).toEqual([]);
  });

  it('stops at the first init file that fails, and skips them all when it is started again', async () => {
    const initFiles = {
      '1.sql': 'CREATE TABLE first (); SELECT missing; CREATE TABLE never ();',
      '2.sql': 'CREATE TABLE second ();',
    };
    started = await createPostgresContainer({ initFiles });
    expect(await started.container.wait()).toMatchObject({ StatusCode: 3 });
    await started.container.start();
    await started.ready();
    expect(await started.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).toEqual([
      { tablename: 'first' },
    ]);
  });

  it('keeps its rows when it is stopped and started', async () => {
    started = await startPostgresContainer({ sql: 'CREATE TABLE boat ()' });
    await started.container.stop({ t: 10 });
    expect(await started.container.inspect()).toMatchObject({ State: { ExitCode: 0 } });
    await started.container.start();
    await started.ready();
    expect(await started.query('SELECT FROM boat')).toEqual([]);
  });
});
