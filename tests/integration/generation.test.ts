import { describe, expect, it, onTestFinished } from 'vitest';
import { readGeneration } from '../../src/catalog/generation.js';
import type { Connect } from '../../src/database/connect.js';
import type { Session } from '../../src/database/session.js';
import { apply } from '../../src/engine/apply.js';
import { rollback } from '../../src/engine/rollback/rollback.js';
import type { Inspection } from '../../src/inspection/inspection.js';
import { Deadline } from '../../src/machine/deadline.js';
import { adapters } from '../support/adapters.js';
import { catalogLines } from '../support/contents.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { lookBack, rollBack } from '../support/run-rollback.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

const direct = adapters[0] as (typeof adapters)[number];

/** Each is something of another kind that somebody may do to a database. */
const changes = [
  'CREATE TABLE mine (id integer PRIMARY KEY, word text DEFAULT upper($$a$$))',
  'ALTER TABLE mine ADD COLUMN more integer',
  'ALTER TABLE mine ALTER COLUMN word SET DEFAULT $$b$$',
  'ALTER TABLE mine ALTER COLUMN word SET STATISTICS 99',
  'CREATE INDEX mine_word ON mine (word)',
  'ALTER INDEX mine_word SET (fillfactor = 70)',
  'ALTER TABLE mine ADD CONSTRAINT mine_check CHECK (id > 0)',
  'ALTER TABLE mine REPLICA IDENTITY FULL',
  'GRANT SELECT ON mine TO pg_monitor',
  'GRANT UPDATE (word) ON mine TO pg_monitor',
  `COMMENT ON TABLE mine IS 'mine'`,
  `COMMENT ON TABLE mine IS 'still mine'`,
  'CREATE VIEW mine_view AS SELECT id FROM mine',
  'CREATE OR REPLACE VIEW mine_view AS SELECT id + 0 AS id FROM mine',
  'CREATE RULE mine_rule AS ON DELETE TO mine DO INSTEAD NOTHING',
  'CREATE FUNCTION mine() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
  'CREATE OR REPLACE FUNCTION mine() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$',
  'CREATE TRIGGER mine BEFORE UPDATE ON mine FOR EACH ROW EXECUTE FUNCTION mine()',
  'ALTER TABLE mine DISABLE TRIGGER mine',
  'ALTER TABLE tasks DISABLE TRIGGER ALL',
  'CREATE POLICY mine ON mine USING (true)',
  'ALTER TABLE mine ENABLE ROW LEVEL SECURITY',
  'CREATE STATISTICS mine_statistics ON id, word FROM mine',
  'CREATE SEQUENCE mine_sequence',
  'ALTER SEQUENCE mine_sequence INCREMENT 7',
  'ALTER SEQUENCE mine_sequence OWNED BY mine.id',
  'ALTER EXTENSION "uuid-ossp" ADD VIEW mine_view',
  'ALTER EXTENSION "uuid-ossp" DROP VIEW mine_view',
  `CREATE TYPE mine_type AS ENUM ('a')`,
  `ALTER TYPE mine_type ADD VALUE 'b'`,
  `ALTER TYPE session_status ADD VALUE 'mine'`,
  'CREATE SCHEMA mine_schema',
  'GRANT CREATE ON SCHEMA public TO PUBLIC',
  'ALTER TABLE mine SET SCHEMA mine_schema',
  'CREATE PUBLICATION mine_publication FOR TABLE mine_schema.mine',
  'ALTER FUNCTION pg_catalog.lower(text) COST 2',
  'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC',
  'CREATE TEMP TABLE mine_temporary (n integer)',
  'DROP VIEW mine_view',
  'DROP TABLE mine_schema.mine CASCADE',
];

async function open(scenario: Scenario): Promise<[TestDatabase, Connect]> {
  const database = await createDatabase({ sql: scenarioSql(scenario) });
  onTestFinished(() => database.drop());
  return [database, direct.connect(database)];
}

describe('the generation of the catalog', () => {
  const inSession = async (): Promise<[TestDatabase, Session]> => {
    const [database, connect] = await open('1.3.0');
    const session = await connect();
    onTestFinished(() => session.close());
    return [database, session];
  };

  it('is another one after whatever anybody has done to the catalog, and the same one after all else', async () => {
    const [database, session] = await inSession();
    let seen = await readGeneration(session);
    for (const statement of changes) {
      await database.query(statement);
      const now = await readGeneration(session);
      expect(now, statement).not.toBe(seen);
      expect(await readGeneration(session, "others'"), statement).toBe(now);
      seen = now;
    }
    await database.query(`UPDATE sessions SET ended_at = now(); SELECT nextval('tasks_id_seq'); SET work_mem = '8MB'`);
    for (const statement of ['ANALYZE', 'VACUUM', 'VACUUM (FREEZE) pg_class', 'VACUUM (FREEZE) pg_attribute'])
      await database.query(statement);
    expect(await readGeneration(session)).toBe(seen);
  });

  it("leaves out what the transaction itself makes, in savepoints too, but not what it does to what was there, and not others'", async () => {
    const [database, session] = await inSession();
    const others = () => readGeneration(session, "others'");
    await session.begin();
    const before = await others();
    for (const statement of [
      'CREATE TABLE public.own (id integer PRIMARY KEY REFERENCES public.tasks (id))',
      'SAVEPOINT a',
      'CREATE FUNCTION public.own() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$',
      'SAVEPOINT b',
      'CREATE VIEW public.own_view AS SELECT id FROM public.own',
      'RELEASE b',
      'DROP TABLE public.own CASCADE',
    ]) {
      await session.execute(statement);
      expect(await others(), statement).toBe(before);
    }
    await session.execute('RELEASE a');
    expect(await others(), 'all of it').toBe(before);

    await database.query('CREATE TABLE theirs (id integer)');
    const after = await others();
    expect(after, "another one's table").not.toBe(before);
    await session.execute('SAVEPOINT c');
    await session.execute('ALTER TABLE public.theirs ADD COLUMN own integer');
    expect(await others(), 'what was there').not.toBe(after);
    await session.execute('ROLLBACK TO c');
    expect(await others(), 'rolled back').toBe(after);
    await session.execute('ROLLBACK');
  });
});

describe('an upgrade and whoever changes the catalog meanwhile', () => {
  it('go well together, also where somebody makes temporary tables without a pause', async () => {
    const [database, connect] = await open('1.3.0');
    let isOver = false;
    const busy = (async () => {
      while (!isOver) await database.query('CREATE TEMP TABLE passing (n integer) ON COMMIT DROP; DROP TABLE passing');
    })();
    const told = await upgrade(connect).finally(() => {
      isOver = true;
    });
    await busy;
    expect(told.filter(({ phase }) => phase === 'commit')).toHaveLength(1);
    expect(told.filter(({ phase }) => phase === 'waiting')).toEqual([]);
    const again = told.filter(({ phase }) => phase === 'again');
    expect(again).toEqual(
      ['looking again', 'comparing everything']
        .map((what) => ({ phase: 'again', reason: `${what}, because the schema is not as it was` }))
        .slice(0, again.length),
    );
    expect(await database.query(`SELECT to_regclass('paused_sessions') IS NOT NULL AS made`)).toEqual([{ made: true }]);
  });

  const jobOf = (inspection: Inspection) => {
    const { signal } = new AbortController();
    return { inspection, failing: new Map<string, string>(), schema: undefined, signal };
  };
  const limits = () => ({ lockTimeoutMs: 1000, deadline: new Deadline(0) });

  it.each<[string, Scenario]>([
    ['an upgrade', '1.3.0'],
    ['a repair', '1.4.0-as-documented'],
    ['an upgrade of what was half applied', '011-half'],
  ])('%s that somebody else has made since the look is not made again', async (_, scenario) => {
    const [database, connect] = await open(scenario);
    const inspection = await look(connect);
    await upgrade(connect);
    const before = await catalogLines(database);
    expect(await apply(connect, jobOf(inspection), limits(), () => undefined)).toBe('already-current');
    expect(await catalogLines(database)).toEqual(before);
  });

  it('a rollback that somebody else has made since the look is not made again; a repair finds the same steps due', async () => {
    const [database, connect] = await open('1.4.0-as-documented');
    const plan = await lookBack(connect);
    const repair = await look(connect);
    await rollBack(connect, { discardRows: true });
    const before = await catalogLines(database);
    const { signal } = new AbortController();
    expect(await rollback(connect, { plan, schema: undefined, signal }, limits(), () => undefined)).toBe(
      'already-current',
    );
    expect(await catalogLines(database)).toEqual(before);
    expect(await apply(connect, jobOf(repair), limits(), () => undefined)).toBe('applied');
    expect((await look(connect)).plan.steps).toEqual([]);
  });

  it('what came into the way since the look is named, and nothing is changed', async () => {
    const [database, connect] = await open('1.3.0');
    const inspection = await look(connect);
    await database.query('CREATE VIEW paused_sessions AS SELECT 1 AS mine');
    const before = await catalogLines(database);
    await expect(apply(connect, jobOf(inspection), limits(), () => undefined)).rejects.toMatchObject({
      code: 'YF322',
      changed: false,
    });
    expect(await catalogLines(database)).toEqual(before);
  });
});
