import { afterEach, describe, expect, it } from 'vitest';
import { verify } from '../../src/engine/verify.js';
import { adapters } from '../support/adapters.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { scenarioSql, schemaSql } from '../support/fixtures.js';
import { forks, type Fork } from '../support/forks.js';
import { expectRowsKept } from '../support/kept-rows.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

const sequences = (lines: readonly string[]) => lines.filter((line) => line.startsWith('sequence '));
const ofTheFork = (lines: readonly string[]) =>
  lines.filter((line) => line.includes('fork') && !/^constraint (?:paused_sessions|session_checkpoints) /.test(line));

describe.each(adapters)('forks over $name', (adapter) => {
  if (adapter.missing) return it.skip(adapter.missing);
  let database: TestDatabase;
  afterEach(() => database?.drop());

  const load = async ({ sql, edit = [], empty }: Fork, scenario: '1.3.0' | '1.4.0-as-documented') => {
    const script = edit.reduce(
      (text, [from, to]) => {
        expect(text).toContain(from);
        return text.replace(from, to);
      },
      empty ? schemaSql(scenario === '1.3.0' ? '1.1.1/1.3.0' : '1.4.0/1.4.0-as-documented') : scenarioSql(scenario),
    );
    database = await createDatabase({ sql: `${script}\n${sql}` });
  };
  /** What the probes come to: their ids with what was found, apart by whether they were run. */
  const probe = async () => {
    const { snapshot, version } = await look(adapter.connect(database));
    const session = await adapter.connect(database)();
    const { checks } = await verify(session, snapshot, version, 1000).finally(() => session.close());
    const probes = checks.filter(({ id }) => id.startsWith('probe.'));
    return { probes, failed: checks.filter(({ ok }) => !ok), skipped: probes.filter(({ probed }) => probed === false) };
  };

  // Each way to the database has its own release, so that every fork is met twice and not four times.
  const met = { pg: ['1.3.0'], psql: ['1.4.0-as-documented'] } as const;
  for (const scenario of met[adapter.name as keyof typeof met]) {
    it.each(forks.map((fork) => [fork.about, fork] as const))(
      `${scenario} with %s is looked at and upgraded`,
      async (_, fork) => {
        await load(fork, scenario);
        const before = { catalog: await catalogLines(database), rows: await tableContents(database) };
        await probe();
        expect({ catalog: await catalogLines(database), rows: await tableContents(database) }).toEqual(before);

        await upgrade(adapter.connect(database));
        const after = { catalog: await catalogLines(database), rows: await tableContents(database) };
        expectRowsKept(before.rows, after.rows);
        expect(ofTheFork(after.catalog)).toEqual(ofTheFork(before.catalog));
        expect(sequences(after.catalog)).toEqual(sequences(before.catalog));

        const { version } = await look(adapter.connect(database));
        expect(version.state).toBe('current');
        const { probes, failed, skipped } = await probe();
        expect(failed).toEqual([]);
        expect(skipped.map(({ id }) => id)).toEqual(
          fork.notProbed === 'all' ? probes.map(({ id }) => id) : (fork.notProbed ?? []),
        );
        for (const { found } of skipped)
          expect(found.replace('not probed, because ', '')).toMatch(fork.because ?? /never/);
        expect({ catalog: await catalogLines(database), rows: await tableContents(database) }).toEqual(after);
      },
    );
  }
});
