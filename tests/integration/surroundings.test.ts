import { describe, expect, it, onTestFinished } from 'vitest';
import { obstacles } from '../../src/inspection/obstacles.js';
import { adapters } from '../support/adapters.js';
import { connected } from '../support/databases.js';
import { scenarioSql } from '../support/fixtures.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { createDatabase, testServer } from '../support/server.js';

const adapter = adapters[0] as (typeof adapters)[number];

describe('what surrounds YokeFlow in its database', () => {
  it('a default_tablespace that new tables cannot use is named before the question, with the statement', async () => {
    const database = await createDatabase({ sql: scenarioSql('1.3.0'), owner: 'plain_owner' });
    const { name } = database;
    onTestFinished(async () => {
      await database.drop();
      await connected(testServer(), 'postgres', (admin) => admin.query(`DROP TABLESPACE IF EXISTS "space ${name}"`));
    });
    await connected(testServer(), 'postgres', async (admin) => {
      await admin.query('SET allow_in_place_tablespaces = on');
      await admin.query(`CREATE TABLESPACE "space ${name}" LOCATION ''`);
      await admin.query(`ALTER DATABASE "${name}" SET default_tablespace = 'space ${name}'`);
    });
    const seen = await look(adapter.connect(database));
    expect(obstacles(seen)).toMatchObject([{ code: 'YF307', exitCode: 3 }]);
    const statement = `GRANT CREATE ON TABLESPACE "space ${name}" TO "plain_owner"`;
    expect(obstacles(seen)[0]?.remedy).toContain(statement);
    await connected(testServer(), 'postgres', (admin) => admin.query(statement));
    expect(obstacles(await look(adapter.connect(database)))).toEqual([]);
  });

  it('uuid-ossp that was dropped is named as the cause, and the statements mend it', async () => {
    const database = await createDatabase({ sql: scenarioSql('1.3.0') });
    onTestFinished(() => database.drop());
    await database.query('DROP EXTENSION "uuid-ossp" CASCADE');
    const [first] = obstacles(await look(adapter.connect(database)));
    expect(first).toMatchObject({ code: 'YF323', exitCode: 3 });
    const statements = /psql: (.*) Then run/.exec(first?.remedy ?? '')?.[1] ?? '';
    await database.query(statements);
    await upgrade(adapter.connect(database));
    expect((await look(adapter.connect(database))).version.state).toBe('current');
  });

  it('uuid-ossp in a schema that is on no path is used from there', async () => {
    const database = await createDatabase({ sql: scenarioSql('1.3.0') });
    onTestFinished(() => database.drop());
    await database.query('CREATE SCHEMA elsewhere; ALTER EXTENSION "uuid-ossp" SET SCHEMA elsewhere');
    await upgrade(adapter.connect(database));
    expect((await look(adapter.connect(database))).version.state).toBe('current');
  });
});
