import { expect, it } from 'vitest';
import { DatabaseError } from '../../../src/database/session.js';
import { stepFailed } from '../../../src/engine/locked-transaction.js';

const failed = (hint: string | undefined, sql = 'CREATE VIEW v AS SELECT 1 AS one') =>
  stepFailed('011_paused_sessions', sql, 7, new DatabaseError('it cannot be', '42P16', undefined, hint));
const place = 'SQLSTATE 42P16 in 011_paused_sessions, line 7';

it("PostgreSQL's hint is told as PostgreSQL's, and what to do next is ours", () => {
  const { found, remedy } = failed('Use ALTER VIEW ... RENAME COLUMN ... to change name of view column instead.');
  expect(found).toEqual([
    place,
    "PostgreSQL's hint: Use ALTER VIEW ... RENAME COLUMN ... to change name of view column instead.",
  ]);
  expect(remedy).toMatch(/^The transaction was rolled back/);
});

it.each([
  [undefined],
  ['Use DROP ... CASCADE to drop the dependent objects too.'],
  ['Verwenden Sie DROP ... CASCADE, um die abhängigen Objekte ebenfalls zu löschen.'],
])('there is nothing to tell of %j', (hint) => {
  expect(failed(hint).found).toEqual([place]);
});

it("a step's own hint is what to do next, and told once", () => {
  const { found, remedy } = failed(
    'Merge them first.',
    `DO $$ BEGIN RAISE 'two' USING HINT = 'Merge them first.'; END $$`,
  );
  expect({ found, remedy }).toEqual({ found: [place], remedy: 'Merge them first.' });
});
