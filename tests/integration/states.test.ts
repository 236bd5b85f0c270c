import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compare } from '../../src/catalog/compare.js';
import { wayBack } from '../../src/engine/rollback/way-back.js';
import { verify } from '../../src/engine/verify.js';
import type { Inspection } from '../../src/inspection/inspection.js';
import { conditionText } from '../../src/planning/condition.js';
import { newestRelease } from '../../src/releases/registry.js';
import { adapters } from '../support/adapters.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { caseOf, isOfLaterLine, scenarioNames, scenarioSql, seenFrom, statusesOf } from '../support/fixtures.js';
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
      const { state, release, refused, condition, wayBack: wayBackKind } = caseOf(scenario);
      let database: TestDatabase;
      let seen: Inspection;
      beforeAll(async () => {
        database = await createDatabase({ sql: scenarioSql(scenario) });
        seen = await look(adapter.connect(database), seenFrom(scenario));
      });
      afterAll(() => database.drop());

      it(`is read as ${state}`, () => {
        const { version } = seen;
        expect([version.state, version.release?.version ?? null]).toEqual([state, release]);
        expect(conditionText(version)).toBe(condition ?? usual[state] ?? '');
        expect(version.steps.map(({ step, status }) => [step.id, status])).toEqual(
          statusesOf(scenario, seenFrom(scenario)).map(({ step, status }) => [step.id, status]),
        );
      });

      // What else that look says, which it says over psql too.
      if (adapter.name === 'pg') {
        it(`has as a way back: ${wayBackKind}`, () => {
          expect(wayBack(seen).kind).toBe(wayBackKind);
        });

        it('bears no name that is taken for somebody else’s', () => {
          expect(seen.snapshot.taken).toEqual([]);
        });

        if (refused !== 'YF306')
          it("has nothing of YokeFlow's own that is taken for the user's", () => {
            expect(seen.affected.inTheWay).toEqual([]);
          });

        if (release !== null) {
          it('holds all that every release of its line has, to the last index and default', () => {
            expect(seen.findings.filter(({ code }) => code === 'YF808')).toEqual([]);
            // Not empty because nothing was compared.
            expect(seen.version.line.base.flatMap((check) => check.expectations).length).toBeGreaterThan(100);
            expect(seen.version.line.base.flatMap((check) => compare(check, seen.snapshot.objects).violations)).toEqual(
              [],
            );
          });
        }
      }

      // Over pg, tests/e2e/states.test.ts shows the same and more; of 2.x, tests/integration/crossing.test.ts.
      if (refused !== undefined || adapter.name === 'pg' || isOfLaterLine(scenario)) return;
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
