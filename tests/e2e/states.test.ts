import { describe } from 'vitest';
import { createDatabase } from '../support/server.js';
import { describeUpgradeOfEveryScenario } from '../support/upgrade-scenarios.js';

describe('the built command over --database-url', () => {
  describeUpgradeOfEveryScenario({
    create: (sql) => createDatabase({ sql }),
    options: ({ url }) => ['--database-url', url],
    upgradeOptions: ['--no-backup'],
  });
});
