import { afterEach, expect, it } from 'vitest';
import { adapters } from '../support/adapters.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

const connectTo = (database: TestDatabase) => adapters[0]!.connect(database);

let database: TestDatabase;
afterEach(() => database?.drop());

// Before the upgrade: states.test.ts.
it.each<Scenario>(['1.1.0', '1.3.0', '1.4.0-as-documented'])(
  '%s holds it still after the upgrade',
  async (scenario) => {
    database = await createDatabase({ sql: scenarioSql(scenario) });
    await upgrade(connectTo(database));
    const { findings } = await look(connectTo(database));
    // Two deep reviews of the 1.1.0 have no room in their new table.
    expect(findings.map(({ code }) => code)).toEqual(scenario === '1.1.0' ? ['YF814'] : []);
  },
);

const changes = [
  [
    'ALTER TABLE prompt_proposals ALTER COLUMN line_end TYPE bigint',
    /column prompt_proposals\.line_end: .*integer.*bigint/,
  ],
  ['DROP INDEX idx_sessions_type', /index sessions\.idx_sessions_type: .*missing/],
  ['ALTER TABLE epics DROP CONSTRAINT epics_project_id_fkey', /constraint epics\.epics_project_id_fkey: .*missing/],
  [
    'ALTER TABLE projects DISABLE TRIGGER update_projects_updated_at',
    /trigger projects\.update_projects_updated_at: .*DISABLED/,
  ],
] as const;

it('a column of another type, an index and a constraint that are gone and a trigger that is switched off are found, named and left alone', async () => {
  const all = changes.map(([change]) => change).join(';\n');
  database = await createDatabase({ sql: `${scenarioSql('1.3.0')}\n${all}` });
  const { findings } = await look(connectTo(database));
  expect(findings.map(({ code }) => code)).toEqual(changes.map(() => 'YF808'));
  const titles = findings.map(({ title }) => title);
  for (const [change, title] of changes) expect(titles, change).toContainEqual(expect.stringMatching(title));
  await upgrade(connectTo(database));
  expect((await look(connectTo(database))).findings).toEqual(findings);
});
