import { expect, it } from 'vitest';
import { partedAtLocks } from '../../../src/engine/ahead-of-locks.js';
import { splitStatements } from '../../../src/database/split-statements.js';
import { stepsTo } from '../../../src/releases/registry.js';
import { readSql } from '../../../src/releases/sql-files.js';
import { engineRelease } from '../../support/releases.js';

const section = (name: string, statements: readonly string[]) => ({
  name,
  title: name,
  statements: statements.map((sql, index) => ({ sql, line: index + 1 })),
});
const path = 'SET LOCAL search_path = "public", pg_temp';

it('keeps the foreign keys, and what tidies up, for the locks, each under the path that it stood under', () => {
  const key = "SELECT ensure('a', 'a_fkey', 'FOREIGN KEY (b) REFERENCES b(id)')";
  const { before, under } = partedAtLocks([
    section('prepare', [path, 'CREATE FUNCTION ensure']),
    section('step', [path, 'CREATE TABLE a ()', key, 'CREATE VIEW v AS SELECT']),
    section('tidy up', [path, 'DROP FUNCTION ensure']),
  ]);
  const told = (sections: typeof before) =>
    sections.map(({ name, statements }) => [name, statements.map((s) => s.sql)]);
  expect(told(before)).toEqual([
    ['prepare', [path, 'CREATE FUNCTION ensure']],
    ['step', [path, 'CREATE TABLE a ()', 'CREATE VIEW v AS SELECT']],
  ]);
  expect(told(under)).toEqual([
    ['prepare', [path]],
    ['step', [path, key]],
    ['tidy up', [path, 'DROP FUNCTION ensure']],
  ]);
  expect(under[1]?.statements[1]?.line).toBe(3);
});

it('leaves no statement of a release out, and none that points a key at a table before the locks', () => {
  const sections = stepsTo(engineRelease).map(({ id, file }) =>
    section(
      id,
      splitStatements(readSql(file)).map(({ sql }) => sql),
    ),
  );
  const { before, under } = partedAtLocks([...sections, section('tidy up', [])]);
  const count = (of: readonly { readonly statements: readonly unknown[] }[]) =>
    of.reduce((sum, { statements }) => sum + statements.length, 0);
  expect(count(before) + count(under)).toBe(count(sections));
  expect(before.flatMap(({ statements }) => statements).filter(({ sql }) => /REFERENCES \w+\(/.test(sql))).toEqual([]);
});
