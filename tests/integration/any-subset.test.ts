import fc from 'fast-check';
import { expect, it } from 'vitest';
import { everyRelation } from '../../src/releases/every-relation.js';
import { readCatalog } from '../../src/catalog/read.js';
import { release140 } from '../../src/releases/1.4.0/index.js';
import { adapters } from '../support/adapters.js';
import { scenarioSql } from '../support/fixtures.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { createDatabase } from '../support/server.js';

/** How to take each object of 1.4.0 away, whatever hangs on it. Names of expectations become statements. */
const removals = release140.steps
  .flatMap((step) => step.checks)
  .flatMap((check) => check.expectations)
  .flatMap((expectation) => {
    if (expectation.kind !== 'has') return [];
    const [kind, name] = [
      expectation.key.slice(0, expectation.key.indexOf(':')),
      expectation.key.slice(expectation.key.indexOf(':') + 1),
    ];
    const [table, part] = name.split('.');
    switch (kind) {
      case 'table':
        return [`DROP TABLE IF EXISTS ${name} CASCADE`];
      case 'view':
        return [`DROP VIEW IF EXISTS ${name} CASCADE`];
      case 'function':
        return [`DROP FUNCTION IF EXISTS ${name}`];
      // As documented, one of these indexes is a constraint's.
      case 'index':
        return [`ALTER TABLE IF EXISTS ${table} DROP CONSTRAINT IF EXISTS ${part}; DROP INDEX IF EXISTS ${part}`];
      case 'constraint':
        return [`ALTER TABLE IF EXISTS ${table} DROP CONSTRAINT IF EXISTS ${part} CASCADE`];
      case 'column':
        return [`ALTER TABLE IF EXISTS ${table} DROP COLUMN IF EXISTS ${part} CASCADE`];
      default:
        return [];
    }
  });

const [pg] = adapters;

it('from any subset of what 1.4.0 has, the upgrade ends current, and a second plan is empty', async () => {
  expect(removals.length).toBeGreaterThan(100);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('1.3.0', '1.4.0-as-documented', 'labels-only' as const),
      fc.boolean(),
      fc.subarray(removals, { maxLength: 12 }),
      async (scenario, upgradedBefore, removed) => {
        // Rows of the new tables would forbid a missing NOT NULL column to come back: that is a refusal, not a repair.
        const database = await createDatabase({ sql: scenarioSql(scenario) });
        try {
          const connect = pg!.connect(database);
          if (upgradedBefore) await upgrade(connect);
          await database.query(`DO $$ BEGIN IF to_regclass('paused_sessions') IS NOT NULL THEN DELETE FROM paused_sessions; END IF;
            IF to_regclass('session_checkpoints') IS NOT NULL THEN DELETE FROM session_checkpoints; END IF;
            IF to_regclass('notification_preferences') IS NOT NULL THEN DELETE FROM notification_preferences; END IF; END $$`);
          for (const removal of removed) await database.query(removal);

          const before = await look(connect);
          const applied = before.version.steps.filter(({ status }) => status === 'applied').map(({ step }) => step.id);
          expect(before.plan.steps.map(({ step }) => step.id).filter((id) => applied.includes(id))).toEqual([]);

          await upgrade(connect);
          const after = await look(connect);
          expect(after.version.state).toBe('current');
          expect(after.plan.steps).toEqual([]);
        } finally {
          await database.drop();
        }
      },
    ),
    { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 10) },
  );
}, 600_000);

it('the catalog reads the same through the psql and the pg adapter', async ({ skip }) => {
  const [direct, psql] = adapters;
  if (psql?.missing) skip(psql.missing);
  const database = await createDatabase({ sql: scenarioSql('fork-1.4.0-as-documented') });
  const read = async (adapter: typeof direct) => {
    const session = await adapter!.connect(database)();
    const { sizeBytes, ...snapshot } = await readCatalog(session, everyRelation);
    await session.close();
    expect(sizeBytes).toBeGreaterThan(0);
    return snapshot;
  };
  expect(await read(psql)).toEqual(await read(direct));
  await database.drop();
});
