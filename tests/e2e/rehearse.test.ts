import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand, startCommand } from '../support/command.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { connected } from '../support/databases.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { slowStep } from '../support/slow-step.js';
import { createDatabase, testServer, type TestDatabase } from '../support/server.js';

let database: TestDatabase;
afterEach(() => database?.drop());

const start = async (scenario: Scenario, owner?: string) => {
  database = await createDatabase({ sql: scenarioSql(scenario), ...(owner && { owner }) });
};
const everything = async () => [await catalogLines(database), await tableContents(database)];
const url = () => ['--database-url', database.url];

/** The copies that are there now. */
const copies = () =>
  connected(testServer(), 'postgres', async (client) =>
    (
      await client.query<{ datname: string }>(`SELECT datname FROM pg_database WHERE datname LIKE $1`, [
        `${database.name}\\_rehearsal\\_%`,
      ])
    ).rows.map(({ datname }) => datname),
  );

/** A trigger of the user's that an upgraded YokeFlow could not live with. */
const refusesPaused = `
  CREATE FUNCTION no_pause() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.status::text = 'paused' THEN RAISE 'not here'; END IF; RETURN NEW; END $$;
  CREATE TRIGGER no_pause BEFORE UPDATE ON sessions FOR EACH ROW EXECUTE FUNCTION no_pause()`;

describe.each<Scenario>(['1.0.0', '1.1.0', '1.3.0', '1.4.0-as-documented', 'fork-1.3.0', 'other-schema'])(
  'rehearse on %s',
  (scenario) => {
    beforeEach(() => start(scenario));

    it('goes through the whole upgrade and leaves the database as it is, and no copy', async () => {
      const before = await everything();
      const { exitCode, json } = await runCommand(['rehearse', '--json', ...url()]);
      expect({ status: exitCode, ...json() }).toMatchObject({
        status: 0,
        ok: true,
        result: 'rehearsed',
        rehearsal: { how: 'template', why: expect.stringContaining('nobody is connected') as string },
        error: null,
      });
      expect(json().checks.filter(({ ok }) => !ok)).toEqual([]);
      expect(await everything()).toEqual(before);
      expect(await copies()).toEqual([]);
    });
  },
);

describe('a rehearsal', () => {
  it('that fails says so, before the database has even a new enum label', async () => {
    await start('1.3.0');
    await database.query(refusesPaused);
    const before = await everything();
    for (const command of [['rehearse'], ['upgrade', '--rehearse', '--yes', '--no-backup']]) {
      const { exitCode, json } = await runCommand([...command, '--json', ...url()]);
      expect({ status: exitCode, ...json() }).toMatchObject({
        status: 1,
        ok: false,
        result: 'failed',
        error: { code: 'YF513', changed: false },
      });
      expect(json().error?.found.join()).toContain('not here');
      expect(await everything()).toEqual(before);
      expect(await copies()).toEqual([]);
    }
  });

  it('that passed is followed by the upgrade', async () => {
    await start('1.3.0');
    const { exitCode, json } = await runCommand(['upgrade', '--rehearse', '--yes', '--no-backup', '--json', ...url()]);
    expect({ status: exitCode, ...json() }).toMatchObject({
      status: 0,
      result: 'upgraded',
      version: { state: 'current' },
    });
    expect(await copies()).toEqual([]);
  });

  it('that is interrupted drops its copy', async () => {
    await start('1.3.0');
    const before = await everything();
    const run = startCommand(['rehearse', '--json', ...url()]);
    while ((await copies()).length === 0 && run.process.exitCode === null) await sleep(5);
    run.process.kill('SIGINT');
    const { exitCode, json } = await run.result;
    expect({ status: exitCode, ...json() }).toMatchObject({
      status: 130,
      result: 'cancelled',
      error: { code: 'YF701', changed: false },
    });
    expect(await copies()).toEqual([]);
    expect(await everything()).toEqual(before);
  });

  it('that passed and could not drop its copy says so, and the next one drops it', async () => {
    await start('1.3.0');
    await database.query(slowStep(1, 'v_latest_checkpoints'));
    const running = runCommand(['rehearse', '--json', ...url()]);
    await expect.poll(async () => (await copies()).length, { timeout: 20_000 }).toBe(1);
    const [copy = ''] = await copies();
    const asTemplate = (is: boolean) =>
      connected(testServer(), 'postgres', (client) => client.query(`ALTER DATABASE "${copy}" IS_TEMPLATE ${is}`));
    onTestFinished(async () => {
      await connected(testServer(), 'postgres', (client) =>
        client.query(`UPDATE pg_database SET datistemplate = false WHERE datname = '${copy}'`),
      );
      await connected(testServer(), 'postgres', (client) => client.query(`DROP DATABASE IF EXISTS "${copy}"`));
    });
    await asTemplate(true);
    const { exitCode, json } = await running;
    expect([exitCode, json().error]).toMatchObject([
      1,
      { code: 'YF514', changed: false, found: [`the copy ${copy} is still there`] },
    ]);
    await asTemplate(false);
    expect((await runCommand(['rehearse', ...url()])).exitCode).toBe(0);
    expect(await copies()).toEqual([]);
  });

  it('that was killed leaves a copy, which the next one drops', async () => {
    await start('1.3.0');
    const run = startCommand(['rehearse', ...url()]);
    while ((await copies()).length === 0 && run.process.exitCode === null) await sleep(5);
    run.process.kill('SIGKILL');
    await run.result;
    const [left] = await copies();
    expect(left).toMatch(/_rehearsal_[a-z]{16}$/);
    // A user's own database, of a name that an older version would have dropped.
    const theirs = await createDatabase({ name: `${database.name}_rehearsal_20251101` });
    onTestFinished(() => theirs.drop());
    const { exitCode, json, events } = await runCommand(['rehearse', '--json', '--events', ...url()]);
    expect(exitCode).toBe(0);
    expect(await copies()).toEqual([theirs.name]);
    const told = json();
    expect(told.removed.map(({ kind, name }) => [kind, name])).toEqual([
      ['database', left],
      ['database', expect.stringMatching(/_rehearsal_[a-z]{16}$/)],
    ]);
    expect(told.removed[0]?.reason).toContain('interrupted');
    expect(told.findings.filter(({ code }) => code === 'YF818')).toEqual([
      expect.objectContaining({ title: expect.stringContaining(theirs.name) as string }),
    ]);
    expect(events().flatMap(({ event, name }) => (event === 'removed' ? [name] : []))).toEqual(
      told.removed.map(({ name }) => name),
    );
    const text = await runCommand(['rehearse', ...url()]);
    // Of this run's own copy the verdict tells.
    expect(text.stdout.replaceAll(/\s+/g, ' ')).toContain('The copy is gone');
    expect(text.stdout).not.toContain('dropped the database');
    expect(text.stdout.replaceAll(/\s+/g, ' ')).toContain(`YF818 the database ${theirs.name} looks like`);
  });

  it('is refused to a role that may not make databases', async () => {
    await start('1.3.0', 'no_createdb');
    const { exitCode, json } = await runCommand(['rehearse', '--json', ...url()]);
    expect({ status: exitCode, ...json() }).toMatchObject({
      status: 3,
      result: 'refused',
      error: { code: 'YF347', changed: false },
    });
  });

  it('has nothing to do where nothing is due', async () => {
    await start('1.3.0');
    await runCommand(['upgrade', '--yes', '--no-backup', ...url()]);
    const { exitCode, json } = await runCommand(['rehearse', '--json', ...url()]);
    expect({ status: exitCode, ...json() }).toMatchObject({ status: 0, result: 'already-current' });
  });
});
