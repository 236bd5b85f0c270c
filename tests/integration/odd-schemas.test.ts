import { describe, expect, it, onTestFinished } from 'vitest';
import { quoteIdentifier } from '../../src/database/quote.js';
import { obstacles } from '../../src/inspection/obstacles.js';
import { adapters } from '../support/adapters.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { releaseCalled } from '../support/releases.js';
import { rollBack } from '../support/run-rollback.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { createDatabase } from '../support/server.js';

const inSchema = (schema: string, scenario: Scenario) => `
  CREATE EXTENSION "uuid-ossp" SCHEMA public; CREATE SCHEMA ${quoteIdentifier(schema)};
  SET search_path = ${quoteIdentifier(schema)}, public; ${scenarioSql(scenario)}`;

/** With the state that YokeFlow is in there, and how it is told. */
const cases: readonly (readonly [schema: string, scenario: Scenario, state: string])[] = [
  [`My "Sch'ema`, '1.4.0-as-documented', 'defective'],
  ['a.b', '1.4.0-as-documented', 'defective'],
  [`it's`, '1.1.0', 'upgrade-available'],
  ['$1 $$q$$ /*', '1.3.0', 'upgrade-available'],
  ['Ünï🎉 \\ back', '1.3.0', 'upgrade-available'],
];

for (const adapter of adapters) {
  const some = adapter.name === 'pg' ? cases : cases.filter(([schema]) => /["\\]/.test(schema));
  describe.skipIf(adapter.missing)(`over ${adapter.name}${adapter.missing ? ` (${adapter.missing})` : ''}`, () => {
    it.each(some)('in a schema called %j, %s is what it is anywhere else', async (schema, scenario, state) => {
      const database = await createDatabase({ sql: inSchema(schema, scenario) });
      onTestFinished(() => database.drop());
      const connect = adapter.connect(database);
      const before = await look(connect);
      expect(before).toMatchObject({ snapshot: { schema }, version: { state } });
      expect(obstacles(before)).toEqual([]);

      await upgrade(connect);
      expect(await look(connect)).toMatchObject({ version: { state: 'current', release: { version: '1.4.0' } } });
      await rollBack(connect, { discardRows: true });
      await upgrade(connect, { target: releaseCalled('2.2.0') });
      expect(await look(connect, releaseCalled('2.2.0'))).toMatchObject({ version: { state: 'current' } });
    });
  });
}
