import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verify } from '../../src/engine/verify.js';
import { conditionText } from '../../src/planning/condition.js';
import { newestRelease } from '../../src/releases/registry.js';
import { adapters } from '../support/adapters.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { caseOf, scenarioNames, scenarioSql, seenFrom, statusesOf } from '../support/fixtures.js';
import { expectRowsKept } from '../support/kept-rows.js';
import { representatives } from '../support/representatives.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

/** What is said of a release in such a state, unless the case says something else. */
const usual: Partial<Record<string, string>> = {
  partial: ', with a half-applied upgrade',
  defective: ', complete and broken in use',
};

for (const adapter of adapters) {
  const title = `over ${adapter.name}${adapter.missing ? ` (${adapter.missing})` : ''}`;
  describe.skipIf(adapter.missing)(title, () => {
    // What psql adds, its way of sending and of reading, does not depend on what of a release is missing.
    describe.each(adapter.name === 'pg' ? scenarioNames : representatives)('%s', (scenario) => {
      const { state, release, refused, condition } = caseOf(scenario);
      let database: TestDatabase;
      beforeAll(async () => {
        database = await createDatabase({ sql: scenarioSql(scenario) });
      });
      afterAll(() => database.drop());

      it(`is read as ${state}`, async () => {
        const target = seenFrom(scenario);
        const { version } = await look(adapter.connect(database), target);
        expect([version.state, version.release?.version ?? null]).toEqual([state, release]);
        expect(conditionText(version)).toBe(condition ?? usual[state] ?? '');
        expect(version.steps.map(({ step, status }) => [step.id, status])).toEqual(
          statusesOf(scenario, target).map(({ step, status }) => [step.id, status]),
        );
      });

      // Over pg, tests/e2e/states.test.ts shows the same and more.
      if (refused !== undefined || adapter.name === 'pg') return;
      it('becomes the newest release, which works, with every row it had', async () => {
        const connect = adapter.connect(database);
        const before = await tableContents(database);
        await upgrade(connect, { target: newestRelease });

        const { version, snapshot } = await look(connect, newestRelease);
        expect(version.state).toBe('current');
        const session = await connect();
        const { checks } = await verify(session, snapshot, version, 1000);
        await session.close();
        expect(checks.filter(({ ok }) => !ok)).toEqual([]);
        expectRowsKept(before, await tableContents(database));

        const catalog = await catalogLines(database);
        expect(await upgrade(connect, { target: newestRelease })).toEqual([]);
        expect(await catalogLines(database)).toEqual(catalog);
      });
    });
  });
}
