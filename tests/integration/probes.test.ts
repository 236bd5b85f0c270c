import { afterEach, describe, expect, it } from 'vitest';
import { inspect } from '../../src/inspection/inspect.js';
import { verify } from '../../src/engine/verify.js';
import { adapters } from '../support/adapters.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { upgrade } from '../support/run-upgrade.js';
import { engineRelease } from '../support/releases.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

describe.each(adapters)('over $name', (adapter) => {
  if (adapter.missing) return it.skip(adapter.missing);
  let database: TestDatabase;
  afterEach(() => database?.drop());

  async function probe(): Promise<{ probes: number; failing: number }> {
    const session = await adapter.connect(database)();
    try {
      const { snapshot, version } = await inspect(session, engineRelease);
      const { checks } = await verify(session, snapshot, version, 1000);
      const probes = checks.filter(({ id }) => id.startsWith('probe.'));
      return { probes: probes.length, failing: probes.filter(({ ok }) => !ok).length };
    } finally {
      await session.close();
    }
  }

  // Over psql, forks.test.ts shows the same of many other databases.
  const scenarios: Scenario[] =
    adapter.name === 'pg' ? ['1.1.0', '1.4.0-as-documented', 'fork-1.3.0', 'other-schema'] : ['other-schema'];
  it.each(scenarios)(
    'the probes leave nothing in %s, neither before nor after the upgrade, and no gap in a sequence',
    async (scenario) => {
      database = await createDatabase({ sql: scenarioSql(scenario) });
      const moment = async () => [await catalogLines(database), await tableContents(database)];
      const before = await moment();
      const found = await probe();
      expect(found.probes).toBeGreaterThan(0);
      expect(await moment()).toEqual(before);

      await upgrade(adapter.connect(database));
      const after = await moment();
      const sequences = (lines: unknown) => (lines as string[]).filter((line) => line.startsWith('sequence '));
      expect(sequences(after[0]).filter((line) => !line.includes('yokeflow_upgrade.'))).toEqual(sequences(before[0]));
      expect(await probe()).toEqual({ probes: 9, failing: 0 });
      expect(await moment()).toEqual(after);
    },
  );

  it('a probe that fails leaves nothing either', async () => {
    database = await createDatabase({ sql: scenarioSql('1.4.0-as-documented') });
    const before = [await catalogLines(database), await tableContents(database)];
    expect((await probe()).failing).toBeGreaterThan(0);
    expect([await catalogLines(database), await tableContents(database)]).toEqual(before);
  });
});
