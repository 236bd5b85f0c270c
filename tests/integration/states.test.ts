import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verify } from '../../src/engine/verify.js';
import { conditionText } from '../../src/planning/condition.js';
import { adapters } from '../support/adapters.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { newerScenarios, scenarioSql, type Scenario } from '../support/fixtures.js';
import { expectRowsKept } from '../support/kept-rows.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

type Row = [scenario: Scenario, state: string, shown: string | null, steps: string];

// The steps' letters, in their order: P pending, H half applied, D defective, A applied.
const states: Row[] = [
  ['empty', 'empty', null, ''],
  ['foreign', 'foreign', null, ''],
  ...newerScenarios.map((scenario): Row => [scenario, 'newer', null, '']),
  ['1.0.0', 'upgrade-available', '1.0.0', 'PPPPP'],
  ['1.1.0', 'upgrade-available', '1.1.0', 'APPPP'],
  ['1.1.0-cut-short', 'partial', '1.1.0, not all of it', 'HPPPP'],
  ['1.1.0-metadata-only', 'partial', '1.1.0, with a half-applied upgrade', 'AAPPP'],
  ['1.1.0-cleanup-only', 'partial', '1.1.0, with a half-applied upgrade', 'APAPP'],
  ['1.3.0', 'upgrade-available', '1.3.0', 'AAAPP'],
  ['labels-only', 'upgrade-available', '1.3.0', 'AAAPP'],
  ['011-only', 'partial', '1.3.0, with a half-applied upgrade', 'AAADP'],
  ['012-only', 'partial', '1.3.0, with a half-applied upgrade', 'AAAPD'],
  ['011-half', 'partial', '1.3.0, with a half-applied upgrade', 'AAAHP'],
  ['012-half', 'partial', '1.3.0, with a half-applied upgrade', 'AAADH'],
  ['functions-missing', 'partial', '1.3.0, with a half-applied upgrade', 'AAAHH'],
  ['1.4.0-as-documented', 'defective', '1.4.0, complete and broken in use', 'AAADD'],
  ['fork-1.1.0', 'upgrade-available', '1.1.0', 'APPPP'],
  ['fork-1.3.0', 'upgrade-available', '1.3.0', 'AAAPP'],
  ['fork-1.4.0-as-documented', 'defective', '1.4.0, complete and broken in use', 'AAADD'],
  ['other-schema', 'upgrade-available', '1.3.0', 'AAAPP'],
];
const letters = { pending: 'P', partial: 'H', defective: 'D', applied: 'A' } as const;

for (const adapter of adapters) {
  const title = `over ${adapter.name}${adapter.missing ? ` (${adapter.missing})` : ''}`;
  describe.skipIf(adapter.missing)(title, () => {
    describe.each(states)('%s', (scenario, state, shown, steps) => {
      let database: TestDatabase;
      beforeAll(async () => {
        database = await createDatabase({ sql: scenarioSql(scenario) });
      });
      afterAll(() => database.drop());

      it(`is read as ${state}`, async () => {
        const { version } = await look(adapter.connect(database));
        expect(version.state).toBe(state);
        expect(version.release && `${version.release.version}${conditionText(version)}`).toBe(shown);
        expect(version.steps.map(({ status }) => letters[status]).join('')).toBe(steps);
      });

      // Over pg, tests/e2e/states.test.ts shows the same and more.
      if (shown === null || adapter.name === 'pg') return;
      it('becomes a 1.4.0 that works, with every row it had', async () => {
        const connect = adapter.connect(database);
        const before = await tableContents(database);
        await upgrade(connect);

        const { version, snapshot } = await look(connect);
        expect(version.state).toBe('current');
        const session = await connect();
        const { checks } = await verify(session, snapshot, version, 1000);
        await session.close();
        expect(checks.filter(({ ok }) => !ok)).toEqual([]);
        expectRowsKept(before, await tableContents(database));

        const catalog = await catalogLines(database);
        expect(await upgrade(connect)).toEqual([]);
        expect(await catalogLines(database)).toEqual(catalog);
      });
    });
  });
}
