import { afterAll, beforeAll } from 'vitest';
import { connected } from '../support/databases.js';
import { describeWithEngine, startPostgresContainer, type PostgresContainer } from '../support/engine.js';
import { describeUpgradeOfEveryScenario } from '../support/upgrade-scenarios.js';

describeWithEngine('the built command on a container yokeflow_postgres that it finds by itself', () => {
  let container: PostgresContainer;
  beforeAll(async () => {
    container = await startPostgresContainer();
  });
  afterAll(() => container?.stop());

  describeUpgradeOfEveryScenario({
    create: async (sql) => {
      await connected(await container.address(), 'postgres', (admin) =>
        admin.query('DROP DATABASE IF EXISTS yokeflow WITH (FORCE)'),
      );
      return container.createDatabase({ name: 'yokeflow', sql });
    },
    options: () => [],
    // upgrade.test.ts has the backups; twenty of them would double the time of this file.
    upgradeOptions: ['--no-backup'],
    surroundings: { engine: true },
  });
});
