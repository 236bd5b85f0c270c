import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { obstacle, obstacles } from '../../src/inspection/obstacles.js';
import { adapters, onceOf } from '../support/adapters.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { connected } from '../support/databases.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { openTransaction } from '../support/open-transaction.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { createDatabase, testServer, type TestDatabase } from '../support/server.js';

/** From PostgreSQL 15 on, public belongs to pg_database_owner. */
const noCreate = /^no CREATE on schema public, which belongs to \w+$/;

describe.each(adapters)('preflight over $name', (adapter) => {
  if (adapter.missing) return it.skip(adapter.missing);
  const once = onceOf(adapter);
  let database: TestDatabase;
  afterEach(() => database.drop());

  /** A database whose owner is an ordinary role, and the superuser's access to it. */
  const load = async (scenario: Scenario) => {
    const owner = 'keeper';
    database = await createDatabase({ sql: scenarioSql(scenario), owner });
    return { owner, admin: (sql: string) => connected(testServer(), database.name, (client) => client.query(sql)) };
  };
  const lookAs = (user: string) => look(adapter.connect({ ...database, user }));
  const runs = async (sql: string) => {
    for (const statement of sql.split('; '))
      await connected(testServer(), database.name, (client) => client.query(statement));
  };

  it('finds nothing in the way of the owner, and of a superuser who acts as the owner', async () => {
    const { owner } = await load('1.3.0');
    for (const role of [owner, 'agent']) expect(obstacles(await lookAs(role))).toEqual([]);
  });

  it('refuses a role that owns nothing, by the name of everything that it may not do', async () => {
    const { owner, admin } = await load('1.3.0');
    const intern = `intern_${randomBytes(4).toString('hex')}`;
    await admin(
      `REVOKE CREATE ON SCHEMA public FROM PUBLIC; GRANT CREATE ON SCHEMA public TO ${owner}; CREATE ROLE ${intern} LOGIN PASSWORD '${database.password}'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${intern}; GRANT REFERENCES ON tasks TO ${intern}`,
    );
    const before = [await catalogLines(database), await tableContents(database)];
    const error = obstacle(await lookAs(intern));
    expect(error).toMatchObject({
      code: 'YF307',
      exitCode: 3,
      changed: false,
      message: `The role ${intern} may not change YokeFlow's tables: they belong to ${owner}.`,
    });
    expect(error?.found).toEqual(
      expect.arrayContaining([
        `type session_status belongs to ${owner}`,
        expect.stringMatching(noCreate),
        ...['epics', 'projects', 'sessions'].map(
          (table) => `no REFERENCES, INSERT, UPDATE, DELETE on table ${table}, which belongs to ${owner}`,
        ),
        `no INSERT, UPDATE, DELETE on table prompt_proposals, which belongs to ${owner}`,
      ]),
    );
    expect(error?.found.join('\n')).not.toMatch(/REFERENCES on table tasks|SELECT on/);
    expect(error?.remedy).toContain(`GRANT "${owner}" TO "${intern}"`);
    expect([await catalogLines(database), await tableContents(database)]).toEqual(before);

    await admin(`GRANT ${owner} TO ${intern}`);
    await upgrade(adapter.connect({ ...database, user: intern }));
    expect(await database.query(`SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'`)).toEqual([
      { tableowner: owner },
    ]);
  });

  once?.each([
    ['a table', 'ALTER TABLE session_checkpoints OWNER TO agent', 'table session_checkpoints belongs to agent'],
    ['a view', 'ALTER VIEW v_active_interventions OWNER TO agent', 'view v_active_interventions belongs to agent'],
    [
      'a function',
      'ALTER FUNCTION resume_session OWNER TO agent',
      'function resume_session(p_paused_session_id uuid, p_resolved_by character varying, p_resolution_notes text) belongs to agent',
    ],
  ])('names %s that another role made, and upgrades after the statements that it advises', async (_, change, found) => {
    const { admin } = await load('1.4.0-as-documented');
    await admin(change);
    // The superuser acts as the owner of sessions, and that one may not.
    for (const role of [database.user, 'agent']) {
      const error = obstacle(await lookAs(role));
      expect(error).toMatchObject({ code: 'YF307', exitCode: 3, found: expect.arrayContaining([found]) as string[] });
      expect(error?.remedy).toMatch(/^Let a superuser run: /);
      if (role === 'agent') await runs(error?.remedy.replace('Let a superuser run: ', '') ?? '');
    }
    await upgrade(adapter.connect(database));
    expect((await lookAs(database.user)).version.state).toBe('current');
  });

  once?.('names the type and the schema where an ordinary owner of the tables may not change them', async () => {
    const { owner, admin } = await load('1.3.0');
    await admin(
      `REVOKE CREATE ON SCHEMA public FROM PUBLIC; ALTER TYPE session_status OWNER TO agent; ALTER DATABASE "${database.name}" OWNER TO agent`,
    );
    const error = obstacle(await lookAs(owner));
    expect(error).toMatchObject({
      code: 'YF307',
      found: [expect.stringMatching(noCreate), 'type session_status belongs to agent'],
    });
    await runs(error?.remedy.replace('Let a superuser run: ', '') ?? '');
    await upgrade(adapter.connect(database));
    expect((await lookAs(owner)).version.state).toBe('current');
  });

  once?.('names what is lacking in a schema other than public', async () => {
    const { owner, admin } = await load('other-schema');
    await admin(
      `ALTER SCHEMA yokeflow OWNER TO agent; GRANT USAGE ON SCHEMA yokeflow TO ${owner}; ALTER TABLE yokeflow.epics OWNER TO agent`,
    );
    const error = obstacle(await lookAs(owner));
    expect(error).toMatchObject({
      code: 'YF307',
      found: [
        'no CREATE on schema yokeflow, which belongs to agent',
        'no REFERENCES, SELECT, INSERT, UPDATE, DELETE on table epics, which belongs to agent',
      ],
    });
    await runs(error?.remedy.replace('Let a superuser run: ', '') ?? '');
    await upgrade(adapter.connect(database));
    expect((await lookAs(owner)).version.state).toBe('current');
  });

  once?.('refuses where new transactions are read-only', async () => {
    const { admin, owner } = await load('1.3.0');
    await admin(`ALTER DATABASE "${database.name}" SET default_transaction_read_only = on`);
    const error = obstacle(await lookAs(owner));
    expect(error).toMatchObject({
      code: 'YF308',
      exitCode: 3,
      found: ['pg_is_in_recovery: false', 'transaction_read_only: true'],
    });
    await connected(testServer(), 'postgres', (client) =>
      client.query(`ALTER DATABASE "${database.name}" RESET default_transaction_read_only`),
    );
    expect(obstacle(await lookAs(owner))).toBeUndefined();
  });

  it('refuses while a prepared transaction holds a lock that a step needs, with its name, owner and age', async () => {
    const { owner } = await load('1.3.0');
    const name = `forgotten ${database.name}`;
    await connected(database, database.name, async (client) => {
      await client.query('BEGIN; UPDATE sessions SET last_heartbeat = now()');
      await client.query(`PREPARE TRANSACTION '${name}'`);
    });
    const error = obstacle(await lookAs(owner));
    expect(error).toMatchObject({ code: 'YF313', exitCode: 3, changed: false });
    expect(error?.found).toEqual([
      expect.stringMatching(new RegExp(`^the prepared transaction '${name}' of ${owner}, \\d s old: sessions$`)),
    ]);
    expect(error?.remedy).toContain(`ROLLBACK PREPARED '${name}';`);
    await database.query(`ROLLBACK PREPARED '${name}'`);
    await upgrade(adapter.connect(database));
    expect((await lookAs(owner)).version.state).toBe('current');
  });

  once?.('lets a prepared transaction be whose locks do not matter', async () => {
    const { owner } = await load('1.3.0');
    const name = `harmless ${database.name}`;
    await connected(database, database.name, async (client) => {
      await client.query(
        `BEGIN; SELECT FROM sessions; INSERT INTO prompt_proposals (prompt_file, original_text, proposed_text, rationale) VALUES ('', '', '', '')`,
      );
      await client.query(`PREPARE TRANSACTION '${name}'`);
    });
    try {
      expect(obstacles(await lookAs(owner))).toEqual([]);
      await upgrade(adapter.connect(database));
    } finally {
      await database.query(`ROLLBACK PREPARED '${name}'`);
    }
  });

  once?.('names an open transaction that holds a lock, and does not refuse because of it', async () => {
    const { owner } = await load('1.3.0');
    const other = await openTransaction(
      database,
      'UPDATE projects SET name = name; SELECT FROM prompt_proposals',
      'a tool',
    );
    await new Promise((resolve) => setTimeout(resolve, 1200));
    const inspection = await lookAs(owner);
    await other.end();
    expect(obstacles(inspection)).toEqual([]);
    expect(inspection.findings.filter(({ code }) => code === 'YF314').map(({ title }) => title)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^pid ${other.pid} \\(a tool\\) of ${owner}, idle in transaction, transaction open for \\d s holds locks that the upgrade needs, on projects$`,
        ),
      ),
    ]);
  });

  once?.('names everything that is in the way at once', async () => {
    const { admin, owner } = await load('1.4.0-as-documented');
    await admin(
      `ALTER TABLE session_checkpoints OWNER TO agent; ALTER DATABASE "${database.name}" SET default_transaction_read_only = on`,
    );
    const error = obstacle(await lookAs(owner));
    expect(error?.code).toBe('YF308');
    expect(error?.found.at(-1)).toMatch(/^also YF307: /);
  });
});
