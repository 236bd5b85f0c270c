import { connected, type TestDatabase } from './databases.js';
import type { PostgresContainer } from './container.js';
import { scenarioSql, type Scenario } from './fixtures.js';

/** Puts a scenario in the place of a container's own database `yokeflow`. */
export async function refill(container: PostgresContainer, scenario: Scenario): Promise<TestDatabase> {
  await connected(await container.address(), 'postgres', (admin) =>
    admin.query('DROP DATABASE IF EXISTS yokeflow WITH (FORCE)'),
  );
  return container.createDatabase({ name: 'yokeflow', sql: scenarioSql(scenario) });
}
