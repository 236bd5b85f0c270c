import { expect, it } from 'vitest';
import { lastLines } from '../../../src/database/programs/programs.js';
import { DatabaseError, type Session } from '../../../src/database/session.js';
import { codedError } from '../../../src/engine/coded-error.js';
import { runSections } from '../../../src/engine/locked-transaction.js';

const refusing = (error: DatabaseError): Session => ({
  announcedPid: undefined,
  defaultPath: [],
  begin: () => Promise.resolve(),
  backendPid: () => Promise.resolve(1),
  execute: () => Promise.reject(error),
  executeAll: () => Promise.reject(error),
  rows: () => Promise.reject(error),
  close: () => Promise.resolve(),
  ownPid: undefined,
  versionNumber: 160000,
  ahead: () => undefined,
  rollback: () => undefined,
  attend: () => undefined,
});
const run = (sql: string, error: DatabaseError) =>
  runSections(
    refusing(error),
    [{ name: 'step', title: 'step', statements: [{ sql, line: 7 }] }],
    new AbortController().signal,
    false,
    () => undefined,
  ).catch((failed: unknown) => failed);

const theirs = [
  ['2BP01', 'Use DROP ... CASCADE to drop the dependent objects too.'],
  ['2BP01', 'Verwenden Sie DROP ... CASCADE, um die abhängigen Objekte ebenfalls zu löschen.'],
  ['0A000', 'Utilisez TRUNCATE ... CASCADE.'],
  ['P0001', 'A trigger of yours says: drop everything.'],
] as const;

it.each(theirs)(
  'a hint that proposes CASCADE, or that a trigger raises, is never shown: %s %s',
  async (sqlState, hint) => {
    const error = new DatabaseError('refused', sqlState, 'view v depends on it', hint);
    const shown = [await run('ALTER TABLE t DROP COLUMN c', error), codedError(error)];
    for (const each of shown) {
      expect(each).toMatchObject({ code: 'YF501' });
      expect(JSON.stringify(Object.entries(each as object).filter(([name]) => name !== 'cause'))).not.toContain(hint);
    }
  },
);

it('a hint that the failing statement itself raises is what to do next', async () => {
  const sql = `DO $$ BEGIN RAISE EXCEPTION 'twice' USING ERRCODE = 'unique_violation', HINT = 'It''s this: set resolved.'; END $$`;
  expect(await run(sql, new DatabaseError('twice', '23505', undefined, "It's this: set resolved."))).toMatchObject({
    code: 'YF501',
    remedy: "It's this: set resolved.",
  });
});

it('of what a program said, no line proposes to drop what is built on something', () => {
  const said =
    'pg_restore: error: could not execute query: ERROR:  cannot drop table t\nDETAIL:  view v depends on it\nHINT:  Use DROP ... CASCADE to drop the dependent objects too.';
  const german =
    'FEHLER:  kann nicht gelöscht werden\nTIPP:  Verwenden Sie DROP ... CASCADE, um sie ebenfalls zu löschen.\nBefehl: ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES c ON DELETE CASCADE';
  expect(lastLines(said, 6).join('\n')).not.toMatch(/CASCADE|HINT/);
  expect(lastLines(german, 6)).toEqual([
    'FEHLER:  kann nicht gelöscht werden',
    'Befehl: ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES c ON DELETE CASCADE',
  ]);
});
