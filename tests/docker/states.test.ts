import { afterAll, beforeAll } from 'vitest';
import { connected } from '../support/databases.js';
import { describeWithEngine, startPostgresContainer, type PostgresContainer } from '../support/engine.js';
import { describeUpgrades } from '../support/upgrade-scenarios.js';

describeWithEngine('the built command on a container yokeflow_postgres that it finds by itself', () => {
  let container: PostgresContainer;
  beforeAll(async () => {
    container = await startPostgresContainer();
  });
  afterAll(() => container?.stop());

  describeUpgrades({
    // tests/e2e/states has all of them, over psql too: here it is the container that is new.
    scenarios: ['1.0.0', '1.3.0', '011-half', '1.4.0-as-documented', 'other-schema', 'empty', 'foreign'],
    create: async (sql) => {
      await connected(await container.address(), 'postgres', (admin) =>
        admin.query('DROP DATABASE IF EXISTS yokeflow WITH (FORCE)'),
      );
      return container.createDatabase({ name: 'yokeflow', sql });
    },
    // The templates that the databases are made of hold YokeFlow too.
    options: () => ['--database', 'yokeflow'],
    // upgrade.test.ts has the backups; twenty of them would double the time of this file.
    upgradeOptions: ['--no-backup'],
    surroundings: { engine: true },
  });
});
