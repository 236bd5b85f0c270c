import { afterEach, expect, it } from 'vitest';
import { baseChecks } from '../../src/releases/registry.js';
import { compare } from '../../src/catalog/compare.js';
import { adapters } from '../support/adapters.js';
import { scenarioSql, yokeflowScenarios, type Scenario } from '../support/fixtures.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

const connectTo = (database: TestDatabase) => adapters[0]!.connect(database);

let database: TestDatabase;
afterEach(() => database?.drop());

it.each(yokeflowScenarios)(
  '%s holds all that every 1.x release has, to the last index and default',
  async (scenario) => {
    database = await createDatabase({ sql: scenarioSql(scenario) });
    const { findings, snapshot } = await look(connectTo(database));
    expect(findings.filter(({ code }) => code === 'YF808')).toEqual([]);
    // Not empty because nothing was compared.
    expect(baseChecks.flatMap((check) => check.expectations).length).toBeGreaterThan(150);
    expect(baseChecks.flatMap((check) => compare(check, snapshot.objects).violations)).toEqual([]);
  },
);

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

it.each([
  [
    'a column of another type',
    'ALTER TABLE prompt_proposals ALTER COLUMN line_end TYPE bigint',
    /column prompt_proposals\.line_end: .*integer.*bigint/,
  ],
  ['an index that is gone', 'DROP INDEX idx_sessions_type', /index sessions\.idx_sessions_type: .*missing/],
  [
    'a constraint that is gone',
    'ALTER TABLE epics DROP CONSTRAINT epics_project_id_fkey',
    /constraint epics\.epics_project_id_fkey: .*missing/,
  ],
  [
    'a trigger that is switched off',
    'ALTER TABLE projects DISABLE TRIGGER update_projects_updated_at',
    /trigger projects\.update_projects_updated_at: .*DISABLED/,
  ],
])('%s is found, named and left alone', async (_, change, title) => {
  database = await createDatabase({ sql: `${scenarioSql('1.3.0')}\n${change}` });
  const { findings } = await look(connectTo(database));
  expect(findings).toEqual([expect.objectContaining({ code: 'YF808', title: expect.stringMatching(title) as string })]);
  await upgrade(connectTo(database));
  expect((await look(connectTo(database))).findings).toEqual(findings);
});
