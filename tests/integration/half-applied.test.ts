import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { splitStatements } from '../../src/database/split-statements.js';
import { adapters } from '../support/adapters.js';
import { tableContents } from '../support/contents.js';
import { partSql, scenarioSql } from '../support/fixtures.js';
import { expectRowsKept } from '../support/kept-rows.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

/** What 011 and 012 send as documented, one statement at a time, as psql without ON_ERROR_STOP does. */
const scripts = {
  // Its labels come first in one place and last in another; what is there without them turns from half there to broken.
  '011 with the labels last': ['011-paused-sessions', '011-tables', '011-views', '011-functions', '011-labels'],
  '011': ['011-labels', '011-paused-sessions', '011-tables', '011-views', '011-functions'],
  '012': ['012-tables', '012-views', '012-functions-first', '012-functions-rest'],
};
const statementsOf = (parts: readonly string[]) =>
  parts
    .flatMap((part) => splitStatements(partSql(`1.4.0/${part}`)).map(({ sql }) => sql))
    .filter((sql) => !/^(--.*\s+)*(BEGIN|COMMIT)$/i.test(sql));

interface State {
  readonly name: string;
  readonly statements: readonly string[];
}

/** Each script cut after each of its statements, and with each one left out; 012 on its own and after 011. */
const states: State[] = Object.entries(scripts).flatMap(([script, parts]) => {
  const all = statementsOf(parts);
  const before = script === '012' ? [[], statementsOf(scripts['011'])] : [[]];
  return before.flatMap((first) =>
    all.flatMap((_, i) => {
      const after = first.length > 0 ? ' after 011' : '';
      return [
        { name: `${script}${after} cut after statement ${i + 1}`, statements: [...first, ...all.slice(0, i + 1)] },
        {
          name: `${script}${after} without statement ${i + 1}`,
          statements: [...first, ...all.slice(0, i), ...all.slice(i + 1)],
        },
      ];
    }),
  );
});

/** All of them with YOKEFLOW_TEST_ALL=1; otherwise every fourteenth, a different set over each adapter. */
const STRIDE = process.env['YOKEFLOW_TEST_ALL'] === '1' ? 1 : 14;

/** As psql sends a script: the statement that fails is skipped, and what depends on it fails in its turn. */
async function run(database: TestDatabase, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: database.url, ssl: false });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement).catch(() => undefined);
  } finally {
    await client.end();
  }
}

it('there are as many states as statements ask for', () => {
  expect(states.length).toBeGreaterThan(100);
});

describe.each(adapters)('over $name', (adapter) => {
  const offset = adapters.indexOf(adapter) * 5;
  const some = states.filter((_, i) => (i + offset) % STRIDE === 0);

  it.skipIf(adapter.missing !== undefined).each(some)(
    '$name is complete after the first upgrade',
    async ({ statements }) => {
      const database = await createDatabase({ sql: scenarioSql('1.3.0') });
      try {
        await run(database, statements);
        const rows = await tableContents(database);
        const connect = adapter.connect(database);
        await upgrade(connect);
        const { version, plan } = await look(connect);
        expect([version.state, plan.steps]).toEqual(['current', []]);
        expectRowsKept(rows, await tableContents(database));
      } finally {
        await database.drop();
      }
    },
  );
});
