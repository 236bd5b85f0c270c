import { afterEach, expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { describeWithEngine, startPostgresContainer, type PostgresContainer } from '../support/engine.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql } from '../support/fixtures.js';

/** A trigger of the owner's that would make that role a superuser if a superuser ran it. */
const trap = `
  CREATE FUNCTION trap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    BEGIN ALTER ROLE yokeflow_app SUPERUSER; EXCEPTION WHEN insufficient_privilege THEN NULL; END; RETURN NEW; END $$;
  CREATE TRIGGER trap BEFORE INSERT ON sessions FOR EACH ROW EXECUTE FUNCTION trap();`;

describeWithEngine("a container whose superuser does not own YokeFlow's tables", () => {
  let container: PostgresContainer;
  afterEach(() => container.stop());

  async function run(...args: string[]) {
    const result = await runCommand([...args, '--json'], { engine: true });
    return { ...expectDocument(result), exitCode: result.exitCode };
  }
  const load = async (login: string) => {
    container = await startPostgresContainer({ user: 'postgres' });
    await container.query(
      `CREATE ROLE yokeflow_app ${login}; ALTER DATABASE yokeflow OWNER TO yokeflow_app; GRANT ALL ON SCHEMA public TO yokeflow_app; CREATE EXTENSION "uuid-ossp"`,
    );
    await container.query(
      `SET ROLE yokeflow_app; ${scenarioSql('1.3.0').replaceAll(/CREATE EXTENSION[^;]*;/g, '')}; ${trap}`,
    );
  };
  const isSuperuser = async () =>
    (await container.query(`SELECT rolsuper FROM pg_roles WHERE rolname = 'yokeflow_app'`))[0];

  it('is upgraded as the owner, whose triggers gain nothing by it', async () => {
    await load('LOGIN');
    const status = await run('status');
    expect([status.target?.user, status.findings.map(({ code }) => code)]).toEqual(['yokeflow_app', []]);
    expect(await run('upgrade', '--yes', '--no-backup')).toMatchObject({ exitCode: 0, result: 'upgraded' });
    expect(await run('verify')).toMatchObject({ exitCode: 0 });
    expect(await isSuperuser()).toEqual({ rolsuper: false });
  });

  it('is told whose code runs where the owner cannot log in', async () => {
    await load('NOLOGIN');
    const status = await run('status');
    expect([status.target?.user, status.findings.map(({ code }) => code)]).toEqual(['postgres', ['YF812']]);
  });
});
