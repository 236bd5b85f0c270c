import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { tableContents } from '../support/contents.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql } from '../support/fixtures.js';
import { startHeartbeats } from '../support/heartbeats.js';
import { expectRowsKept } from '../support/kept-rows.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createDatabase({ sql: scenarioSql('1.3.0') });
});
afterEach(() => database.drop());

const atOnce = async (runs: number, ...more: string[]) => {
  const results = await Promise.all(
    Array.from({ length: runs }, () =>
      runCommand(['upgrade', '--yes', '--no-backup', '--json', '--database-url', database.url, ...more]),
    ),
  );
  return results.map(expectDocument);
};
const deadlocks = async () =>
  (
    await database.query<{ deadlocks: string }>(
      'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
    )
  )[0]?.deadlocks;

it('of eight runs at once that wait, one upgrades and seven find it done, beside a writer', async () => {
  const before = await tableContents(database);
  const beats = startHeartbeats(database);
  const documents = await atOnce(8, '--wait', '60');
  const writes = await beats.stop();
  expect(documents.map(({ result }) => result).sort()).toEqual([
    ...Array.from({ length: 7 }, () => 'already-current'),
    'upgraded',
  ]);
  expect(documents.filter(({ exitCode, version }) => exitCode !== 0 || version?.state !== 'current')).toEqual([]);
  // Not one run after the other: who only looks does not hold a writer up.
  expect(Math.max(...writes)).toBeLessThan(3000);
  expect(await deadlocks()).toBe('0');
  const kept = (rows: typeof before) => ({
    ...rows,
    'public.sessions': rows['public.sessions']?.map(({ last_heartbeat: _, ...row }) => row) ?? [],
  });
  expectRowsKept(kept(before), kept(await tableContents(database)));
  expect(await database.query('SELECT FROM yokeflow_upgrade.runs')).toHaveLength(1);
});

it('of eight runs at once that do not wait, one upgrades, and the others find it done or name who is at it', async () => {
  const documents = await atOnce(8, '--wait', '0');
  expect(documents.filter(({ result }) => result === 'upgraded').length).toBeLessThanOrEqual(1);
  for (const { result, exitCode, error } of documents) {
    if (exitCode === 0) continue;
    expect({ result, exitCode, code: error?.code, changed: error?.changed }).toEqual({
      result: 'busy',
      exitCode: 5,
      code: 'YF401',
      changed: false,
    });
    // Its end may have come between the attempt and the question who it is.
    for (const line of error?.found ?? [])
      expect(line).toMatch(
        /^yokeflow-upgrade-[0-9a-f]{8}@\S+:\d+, connected from 127\.0\.0\.1: pid \d+ on the server, since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/,
      );
  }
  expect(await deadlocks()).toBe('0');
  expect(
    expectDocument(await runCommand(['upgrade', '--yes', '--no-backup', '--json', '--database-url', database.url])),
  ).toMatchObject({ exitCode: 0, version: { state: 'current' } });
});
