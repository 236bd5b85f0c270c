import { expect, it } from 'vitest';
import { everyRelation } from '../../src/releases/every-relation.js';
import { readCatalog } from '../../src/catalog/read.js';
import { readSizes } from '../../src/catalog/sizes.js';
import { withLockTimeout } from '../../src/inspection/lock-timeout.js';
import { adapters } from '../support/adapters.js';
import { scenarioSql } from '../support/fixtures.js';
import { openTransaction } from '../support/open-transaction.js';
import { createDatabase } from '../support/server.js';

const tables = ['projects', 'sessions'];

it.each(adapters.filter(({ missing }) => missing === undefined))(
  'rows and bytes of tables are read ($name)',
  async (adapter) => {
    const database = await createDatabase({ sql: scenarioSql('1.3.0') });
    const session = await adapter.connect(database)();
    const snapshot = await readCatalog(session, everyRelation);
    const read = (only?: string[]) => withLockTimeout(session, 50, () => readSizes(session, snapshot, only));
    try {
      const [{ n }] = (await database.query<{ n: number }>('SELECT count(*)::int AS n FROM sessions')) as [
        { n: number },
      ];
      expect(n).toBeGreaterThan(0);
      const sizes = await read(tables);
      expect(sizes.map(({ table }) => table)).toEqual(tables);
      expect(sizes[1]).toMatchObject({ rows: n, exact: true });
      expect(sizes[1]?.bytes).toBeGreaterThan(8191);
      expect((await read()).length).toBe(9);

      const other = await openTransaction(database, 'LOCK TABLE sessions');
      await expect(read(tables)).rejects.toMatchObject({ sqlState: '55P03' });
      await other.end();
      expect(await read(tables)).toEqual(sizes);
    } finally {
      await session.close();
      await database.drop();
    }
  },
);

it('a table that may not be read has its estimate', async () => {
  const reader = 'reads_no_sessions';
  const database = await createDatabase({ sql: `${scenarioSql('1.3.0')}; ANALYZE sessions`, owner: 'owns_all_tables' });
  const other = await createDatabase({ owner: reader });
  await Promise.all([other.drop(), database.query(`GRANT SELECT ON projects TO ${reader}`)]);
  const session = await adapters[0]!.connect({ ...database, user: reader })();
  try {
    const [{ n }] = (await database.query<{ n: number }>('SELECT count(*)::int AS n FROM sessions')) as [{ n: number }];
    const sizes = await readSizes(session, await readCatalog(session, everyRelation), tables);
    expect(sizes).toMatchObject([
      { table: 'projects', exact: true },
      { table: 'sessions', exact: false, rows: n },
    ]);
  } finally {
    await session.close();
    await database.drop();
  }
});
