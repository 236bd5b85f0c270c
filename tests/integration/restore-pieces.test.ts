import { Deadline } from '../../src/machine/deadline.js';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectorBeside } from '../../src/database/connect.js';
import { ConnectionLost, type Session } from '../../src/database/session.js';
import type { DirectTarget } from '../../src/database/target.js';
import { UpgradeError } from '../../src/errors/error.js';
import { holdScratchLock } from '../../src/scratch/lock.js';
import {
  carryOverSettings,
  carryOverStatements,
  copyStatement,
  createStatement,
  readProperties,
  unmarkStatements,
} from '../../src/scratch/properties.js';
import { MARK_LIMIT } from '../../src/scratch/marks.js';
import { scratchName, type Purpose } from '../../src/scratch/names.js';
import type { Progress } from '../../src/engine/progress.js';
import { createScratch, dropLeftovers, dropScratch } from '../../src/scratch/scratch.js';
import { swapDatabases } from '../../src/restore/swap.js';
import { commitLine } from '../support/commit-line.js';
import { connected } from '../support/databases.js';
import { openTransaction } from '../support/open-transaction.js';
import { createDatabase, testServer, type TestDatabase } from '../support/server.js';
import { failureOf } from '../unit/detect/machine.js';

// What a restore does beside pg_restore, on the run's own server: no program of PostgreSQL's is needed.
let database: TestDatabase;
let admin: Session;
const made: string[] = [];
const server = testServer();
const target = (): DirectTarget => ({
  kind: 'direct',
  source: 'test',
  host: server.host,
  port: server.port,
  user: server.user,
  password: server.password,
  database: database.name,
  ssl: 'disable',
  reason: '',
});
const ask = <T extends object>(sql: string) =>
  connected(server, 'postgres', async (client) => (await client.query(sql)).rows as T[]);
const exists = async (name: string) =>
  (await ask(`SELECT FROM pg_database WHERE datname = ${pg.escapeLiteral(name)}`)).length === 1;

beforeEach(async () => {
  database = await createDatabase({ name: `pieces "of" ${randomUUID().slice(0, 6)}` });
  admin = await (await connectorBeside(target()))();
});
afterEach(async () => {
  await admin.close();
  for (const name of [database.name, ...made.splice(0)])
    await ask(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
});

async function scratch(of = database.name, purpose: Purpose = 'restore'): Promise<string> {
  const like = await readProperties(admin, database.name);
  return createScratch(admin, {
    database: of,
    purpose,
    create: (free) => createStatement(free, like),
    made: (name) => made.push(name),
  });
}

/** What a run says of leftovers as it begins. */
async function sweep(of = database.name, purpose: Purpose = 'restore') {
  const told: Progress[] = [];
  await dropLeftovers(admin, of, purpose, (progress) => told.push(progress));
  return {
    dropped: told.flatMap((one) => (one.phase === 'removed' ? [one.name] : [])).sort(),
    named: told.flatMap((one) => (one.phase === 'noted' ? [`${one.finding.code} ${one.finding.subject}`] : [])).sort(),
  };
}

async function until(rows: string): Promise<void> {
  for (const deadline = Date.now() + 10_000; (await ask(rows)).length === 0; await sleep(20)) {
    if (Date.now() > deadline) throw new Error(`never: ${rows}`);
  }
}

describe('a scratch database', () => {
  it.each([
    ['libc', 'C', "LC_COLLATE 'C' LC_CTYPE 'C'", {}],
    [
      'ICU',
      'C',
      "LOCALE_PROVIDER icu ICU_LOCALE 'de-AT' LC_COLLATE 'C' LC_CTYPE 'C'",
      { provider: 'i', locale: 'de-AT' },
    ],
  ])('has the locale of the one that it is for: %s', async (_, collate, options, more) => {
    const model = `${database.name} model`;
    made.push(model, `${model} 2`);
    await ask(
      `CREATE DATABASE ${pg.escapeIdentifier(model)} TEMPLATE template0 ENCODING 'UTF8' ${options} CONNECTION LIMIT 7`,
    );
    const properties = await readProperties(admin, model);
    expect(properties).toMatchObject({
      collate,
      encoding: 'UTF8',
      connectionLimit: 7,
      grants: null,
      settings: [],
      ...more,
    });
    await admin.execute(createStatement(`${model} 2`, properties));
    // The limit comes last, with the name: until then it is the mark.
    expect(await readProperties(admin, `${model} 2`)).toEqual({ ...properties, connectionLimit: MARK_LIMIT });
    for (const statement of unmarkStatements(`${model} 2`, properties)) await admin.execute(statement);
    expect(await readProperties(admin, `${model} 2`)).toEqual(properties);
  });

  it('takes over rights, settings and comment, and nothing is known of a database that is not there', async () => {
    const name = pg.escapeIdentifier(database.name);
    await ask(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC; COMMENT ON DATABASE ${name} IS 'it''s \\ "ours"'`);
    await ask(`ALTER DATABASE ${name} SET search_path = "$user", public, "odd name"`);
    await ask(`ALTER DATABASE ${name} SET my.setting = 'a, b'`);
    const properties = (await readProperties(admin, database.name))!;
    expect(properties).toMatchObject({ grants: [], comment: `it's \\ "ours"` });
    expect(properties.settings).toHaveLength(2);
    const other = await scratch();
    await carryOverSettings(admin, other, properties.settings);
    for (const statement of [...carryOverStatements(other, properties), ...unmarkStatements(other, properties)])
      await admin.execute(statement);
    expect(await readProperties(admin, other)).toEqual(properties);
    expect(await readProperties(admin, 'no such database')).toBeUndefined();
  });

  it('is marked from its first moment on: a run may be killed before the comment', async () => {
    for (const purpose of ['restore', 'rehearsal'] as const) {
      const name = scratchName(database.name, purpose);
      made.push(name);
      await admin.execute(
        purpose === 'restore' ? createStatement(name, undefined) : copyStatement(name, database.name),
      );
      expect(await sweep(database.name, purpose)).toEqual({ dropped: [name], named: [] });
      expect(await exists(name)).toBe(false);
    }
  });

  it('that was left behind goes, and only what bears our mark; what looks like it is named', async () => {
    const [left, other] = [await scratch(), await scratch(database.name, 'rehearsal')];
    const older = `${database.name}_restore_1a2b3c4d`;
    const theirs = [
      `${database.name}_restore_20251101`,
      `${database.name}_restore_deadbeef`,
      scratchName(database.name, 'restore'),
    ];
    made.push(older, ...theirs, 'renamed by the user');
    for (const name of [older, ...theirs]) await ask(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
    await ask(`COMMENT ON DATABASE ${pg.escapeIdentifier(older)} IS 'yokeflow-upgrade: a restore in the making'`);
    await ask(`COMMENT ON DATABASE ${pg.escapeIdentifier(theirs[1]!)} IS 'mine'`);
    await ask(`ALTER DATABASE ${pg.escapeIdentifier(await scratch())} RENAME TO "renamed by the user"`);
    expect(await sweep()).toEqual({
      dropped: [left, older].sort(),
      named: [...theirs, 'renamed by the user'].map((name) => `YF818 the database ${name}`).sort(),
    });
    for (const name of [database.name, other, ...theirs, 'renamed by the user'])
      expect(await exists(name), name).toBe(true);
  });

  it.each([
    ['of 63 bytes', 'n'.repeat(63)],
    ['of 63 bytes that are 31 characters', `${'ö'.repeat(31)}n`],
    ['with all that needs quoting', 'Say "%_\\\' $1  it'],
  ])('goes where the name of the database is %s', async (_, long) => {
    // Under the same first 60 bytes there is another database, and its scratch database stays.
    const neighbour = `${long.slice(0, -1)}m`;
    const [left, killed, others] = [await scratch(long), scratchName(long, 'restore'), await scratch(neighbour)];
    made.push(killed);
    await admin.execute(createStatement(killed, undefined));
    expect(await sweep(long)).toEqual({ dropped: [left, killed].sort(), named: [] });
    expect(await exists(others)).toBe(true);
    expect(await sweep(neighbour)).toEqual({ dropped: [others], named: [] });
  });

  it('of another role is named where it cannot be dropped, and the run goes on', async () => {
    const left = await scratch();
    const lower = await createDatabase({ owner: 'drops_nothing' });
    made.push(lower.name);
    const session = await (await connectorBeside({ ...target(), user: 'drops_nothing' }))();
    const told: Progress[] = [];
    await dropLeftovers(session, database.name, 'restore', (progress) => told.push(progress)).finally(() =>
      session.close(),
    );
    expect(told).toEqual([
      expect.objectContaining({
        phase: 'noted',
        finding: expect.objectContaining({ code: 'YF818', subject: `the database ${left}` }) as object,
      }),
    ]);
    expect(await exists(left)).toBe(true);
  });

  it('that its own run drops is said, and nothing is said of one that never came to be', async () => {
    const told: Progress[] = [];
    const left = await scratch();
    for (const name of [left, `${left}x`])
      expect(
        await dropScratch(
          name,
          admin,
          await connectorBeside(target()),
          (progress) => told.push(progress),
          'it is over',
        ),
      ).toBe(true);
    expect(told).toEqual([{ phase: 'removed', kind: 'database', name: left, reason: 'it is over' }]);
  });

  // The answer is lost once the database is there, or before it is.
  it.each([
    ['there', 'before the answer'],
    ['still being made', 'instead of the answer'],
  ] as const)('whose making lost its connection goes as well: %s', async (_, cut) => {
    // CREATE DATABASE waits for whoever changes its template ("Explicit Locking": the two locks are at odds).
    const template = await openTransaction(
      { ...database, name: 'postgres' },
      cut === 'instead of the answer'
        ? `COMMENT ON DATABASE ${pg.escapeIdentifier(database.name)} IS 'busy'`
        : 'SELECT',
    );
    const line = await commitLine(database, cut, { at: 'CREATE DATABASE' });
    const beside = await connectorBeside({ ...target(), port: line.database.port });
    const session = await beside();
    try {
      let name = '';
      const creating = createScratch(session, {
        database: database.name,
        purpose: 'restore',
        create: (free) => copyStatement(free, database.name),
        made: (free) => made.push((name = free)),
      });
      const lost = expect(creating).rejects.toBeInstanceOf(ConnectionLost);
      if (cut === 'instead of the answer') {
        await until(
          `SELECT FROM pg_stat_activity WHERE query LIKE 'CREATE DATABASE "${name.replaceAll('"', '""')}%' AND wait_event_type = 'Lock'`,
        );
        await line.close();
      }
      await lost;
      expect(await dropScratch(name, session, await connectorBeside(target()), () => undefined, 'a test')).toBe(true);
      await template.end();
      // Had its backend gone on, it would be at it now.
      await until(
        `SELECT WHERE NOT EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE 'CREATE DATABASE "${name.replaceAll('"', '""')}%' AND state = 'active')`,
      );
      expect(await exists(name)).toBe(false);
    } finally {
      await session.close();
      if (cut === 'before the answer') await line.close();
    }
  });
});

describe('taking the place of a database', () => {
  const kept = () => `${database.name} kept`;
  const swap = async (endSessions: boolean) => {
    const [name, like] = [await scratch(), await readProperties(admin, database.name)];
    made.push(kept());
    await connected(server, name, (client) => client.query('CREATE TABLE restored ()'));
    await swapDatabases(
      admin,
      await connectorBeside(target()),
      {
        database: database.name,
        scratch: name,
        kept: kept(),
        unmark: unmarkStatements(database.name, like),
        endSessions,
      },
      { deadline: new Deadline(10_000), on: () => undefined },
    );
    return name;
  };
  const hasRestored = async (name: string) =>
    connected(
      server,
      name,
      async (client) => (await client.query("SELECT FROM pg_tables WHERE tablename = 'restored'")).rowCount === 1,
    );

  it('is two renames', async () => {
    const name = await swap(false);
    expect([await exists(name), await hasRestored(database.name), await hasRestored(kept())]).toEqual([
      false,
      true,
      false,
    ]);
    // It is a database like any other now: no run takes it for a leftover.
    expect(await readProperties(admin, database.name)).toMatchObject({ connectionLimit: -1, comment: null });
    expect(await sweep()).toEqual({ dropped: [], named: [] });
  });

  it('is refused while somebody is connected, by name, and then neither is renamed', async () => {
    const { host, port, user, password } = server;
    const client = new pg.Client({ host, port, user, password, database: database.name, application_name: 'the API' });
    await client.connect();
    const error = await failureOf(UpgradeError, () => swap(false));
    await client.end();
    expect(error).toMatchObject({ code: 'YF343', exitCode: 3, changed: false });
    expect(error.found.join('\n')).toMatch(/the API.*user agent/);
    expect([await exists(database.name), await exists(kept()), await hasRestored(database.name)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('can send away whoever is connected', async () => {
    const { host, port, user, password } = server;
    const client = new pg.Client({ host, port, user, password, database: database.name });
    const ended = new Promise((resolve) => client.on('error', resolve));
    await client.connect();
    await swap(true);
    expect(String(await ended)).toMatch(/terminat/);
    expect(await hasRestored(database.name)).toBe(true);
  });
});

it('two restores of one database do not overlap, and those of two do', async () => {
  const [one, two] = [await (await connectorBeside(target()))(), await (await connectorBeside(target()))()];
  try {
    await holdScratchLock(one, database.name, 'restore');
    await holdScratchLock(two, `${database.name} other`, 'restore');
    expect(await failureOf(UpgradeError, () => holdScratchLock(two, database.name, 'restore'))).toMatchObject({
      code: 'YF401',
      exitCode: 5,
    });
  } finally {
    await one.close();
    await two.close();
  }
});
