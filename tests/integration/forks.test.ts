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

  const load = async (sharing: readonly Fork[], scenario: '1.3.0' | '1.4.0-as-documented') => {
    const empty = sharing.some((fork) => fork.empty);
    const script = sharing
      .flatMap(({ edit = [] }) => edit)
      .reduce(
        (text, [from, to]) => {
          expect(text).toContain(from);
          return text.replace(from, to);
        },
        empty ? schemaSql(scenario === '1.3.0' ? '1.1.1/1.3.0' : '1.4.0/1.4.0-as-documented') : scenarioSql(scenario),
      );
    database = await createDatabase({ sql: script });
    for (const { about, sql } of sharing) {
      await database.query(sql).catch((error: Error) => expect.fail(`${about}: ${error.message}`));
    }
  };
  /** What the probes come to: their ids with what was found, apart by whether they were run. */
  const probe = async () => {
    const { snapshot, version } = await look(adapter.connect(database));
    const session = await adapter.connect(database)();
    const { checks } = await verify(session, snapshot, version, 1000).finally(() => session.close());
    const probes = checks.filter(({ id }) => id.startsWith('probe.'));
    return {
      version,
      probes,
      failed: checks.filter(({ ok }) => !ok),
      skipped: probes.filter(({ probed }) => probed === false),
    };
  };

  // Over pg every fork is met; over psql, on another release, one of each kind.
  const scenario = adapter.name === 'pg' ? '1.3.0' : '1.4.0-as-documented';
  it.each(databases(adapter.name === 'pg' ? forks : forks.filter(({ twice }) => twice)))(
    `${scenario} with %s is looked at and upgraded`,
    async (_, sharing) => {
      await load(sharing, scenario);
      const before = { catalog: await catalogLines(database), rows: await tableContents(database) };
      await probe();
      expect({ catalog: await catalogLines(database), rows: await tableContents(database) }).toEqual(before);

      await upgrade(adapter.connect(database));
      const after = { catalog: await catalogLines(database), rows: await tableContents(database) };
      expectRowsKept(before.rows, after.rows);
      expect(ofTheFork(after.catalog)).toEqual(ofTheFork(before.catalog));
      expect(sequences(after.catalog)).toEqual(sequences(before.catalog));

      const { version, probes, failed, skipped } = await probe();
      expect(version.state).toBe('current');
      expect(failed).toEqual([]);
      const hinder = (id: string) =>
        sharing.filter(({ notProbed = [] }) => notProbed === 'all' || notProbed.includes(id));
      const reasons = skipped.map(({ id, found }) => `${id}: ${found}`).join('\n');
      expect(skipped.map(({ id }) => id).sort(), reasons).toEqual(
        probes.flatMap(({ id }) => (hinder(id).length > 0 ? [id] : [])).sort(),
      );
      for (const { id, found } of skipped) {
        for (const { about, because = /never/ } of hinder(id)) {
          expect(found.replace('not probed, because ', ''), `${about}, ${id}`).toMatch(because);
        }
      }
      expect({ catalog: await catalogLines(database), rows: await tableContents(database) }).toEqual(after);
    },
  );
});

/** The forks of each database, under what they are about. */
function databases(of: readonly Fork[]): (readonly [about: string, sharing: readonly Fork[]])[] {
  const places = [...new Set(of.map(({ about, shares = about }) => shares))];
  return places.map((place) => {
    const sharing = of.filter(({ about, shares = about }) => shares === place);
    return [sharing.map(({ about }) => about).join('; '), sharing] as const;
  });
}
