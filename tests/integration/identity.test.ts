import { describe, expect, it, onTestFinished } from 'vitest';
import { readIdentity, sameDatabase, type Identity } from '../../src/detect/identity.js';
import { adapters } from '../support/adapters.js';
import { connected } from '../support/databases.js';
import { createDatabase, testServer, type TestDatabase } from '../support/server.js';

describe.each(adapters)('the identity of a database, over $name', (adapter) => {
  const title = `is the server's own word${adapter.missing ? ` (${adapter.missing})` : ''}`;

  async function made(): Promise<TestDatabase> {
    const database = await createDatabase();
    onTestFinished(() => database.drop());
    return database;
  }
  async function identityOf(database: TestDatabase, inTransaction = false): Promise<Identity> {
    const session = await adapter.connect(database)();
    try {
      if (inTransaction) await session.execute('BEGIN');
      const identity = await readIdentity(session);
      // An error would have made every later statement of the transaction fail.
      expect(await session.rows('SELECT 1 AS one')).toEqual([{ one: 1 }]);
      return identity;
    } finally {
      await session.close();
    }
  }

  it.skipIf(adapter.missing)(title, async () => {
    const database = await made();
    const [own] = await database.query<{ id: string; oid: number; started: Date }>(
      'SELECT c.system_identifier::text AS id, d.oid::int AS oid, pg_postmaster_start_time() AS started FROM pg_control_system() c, pg_database d WHERE d.datname = current_database()',
    );
    const identity = await identityOf(database);
    expect(identity).toMatchObject({ systemIdentifier: own?.id, databaseOid: own?.oid, database: database.name });
    expect(Math.abs(Date.parse(identity.startedAt ?? '') - Number(own?.started))).toBeLessThan(1);
    expect(sameDatabase(identity, await identityOf(database))).toBe(true);
  });

  it.skipIf(adapter.missing)(
    'two databases of one server are two, also where one has the name of the other from before',
    async () => {
      const [one, two] = [await made(), await made()];
      expect(sameDatabase(await identityOf(one), await identityOf(two))).toBe(false);
      const before = await identityOf(one);
      await one.drop();
      const again = await createDatabase({ name: one.name });
      expect(sameDatabase(before, await identityOf(again))).toBe(false);
    },
  );

  it.skipIf(adapter.missing)(
    'where the role may not ask for the system identifier, the start of the server does, and a transaction goes on',
    async () => {
      const database = await createDatabase({ owner: 'may_not_ask' });
      onTestFinished(() => database.drop());
      const before = await identityOf(database);
      await connected(testServer(), database.name, (admin) =>
        admin.query('REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC'),
      );
      const after = await identityOf(database, true);
      expect(after).toEqual({ ...before, systemIdentifier: null });
      expect(sameDatabase(before, after)).toBe(true);
    },
  );
});
