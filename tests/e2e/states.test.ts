import { describe } from 'vitest';
import { expectPastedAlike } from '../support/pasted.js';
import { createDatabase, psqlBinary } from '../support/server.js';
import { describeUpgrades } from '../support/upgrade-scenarios.js';

const psql = psqlBinary();
const pasted =
  psql === undefined ? ' (not compared with plan --sql: no psql on this machine)' : ', and plan --sql given to psql';

describe(`the built command over --database-url${pasted}`, () => {
  describeUpgrades({
    create: (sql) => createDatabase({ sql }),
    options: ({ url }) => ['--database-url', url],
    upgradeOptions: ['--no-backup'],
    compare: psql === undefined ? undefined : expectPastedAlike,
  });
});
