import { expect, it } from 'vitest';
import type { DirectTarget } from '../../../src/database/target.js';
import { UpgradeError } from '../../../src/errors/error.js';
import { databaseOptions, sameDatabaseError, withOptions } from '../../../src/app/same-database.js';

const direct: DirectTarget = {
  kind: 'direct',
  source: '--database-url',
  host: 'db.example.com',
  port: 5432,
  database: 'yokeflow',
  user: 'agent',
  password: 's3cret',
  ssl: 'prefer',
  reason: '',
};
const typedUrl = 'postgresql://agent:s3cret@db.example.com/yokeflow';

it('what was typed to name the database is typed again, and nothing else', () => {
  expect(databaseOptions({ project: '.' }, undefined)).toBe('');
  expect(databaseOptions({ container: 'my_postgres', project: '.' }, undefined)).toBe(' --container my_postgres');
  expect(databaseOptions({ project: '../yoke flow', schema: 'yf' }, undefined)).toMatch(
    /^ --project ['"]\.\.\/yoke flow['"] --schema yf$/,
  );
});

it('a URL comes without its password, and one that led nowhere not at all', () => {
  expect(databaseOptions({ databaseUrl: typedUrl }, direct)).toBe(
    ' --database-url postgresql://agent@db.example.com:5432/yokeflow',
  );
  expect(databaseOptions({ databaseUrl: typedUrl }, undefined)).toBe(' --database-url URL');
});

it.each([
  [
    'Run: yokeflow-upgrade status, to see where it is.',
    'Run: yokeflow-upgrade status --container c, to see where it is.',
  ],
  [
    'then run: yokeflow-upgrade rollback --discard-rows',
    'then run: yokeflow-upgrade rollback --container c --discard-rows',
  ],
  [
    'To see where it is, run: yokeflow-upgrade status. To complete it, run: yokeflow-upgrade upgrade',
    'To see where it is, run: yokeflow-upgrade status --container c. To complete it, run: yokeflow-upgrade upgrade --container c',
  ],
  ['All codes: yokeflow-upgrade explain', 'All codes: yokeflow-upgrade explain'],
  ['Run: yokeflow-upgrade upgrade --help', 'Run: yokeflow-upgrade upgrade --help'],
  ['yokeflow-upgrade status --container other', 'yokeflow-upgrade status --container other'],
])('%s', (text, expected) => {
  expect(withOptions(text, ' --container c')).toBe(expected);
});

it('an error keeps all but its remedy', () => {
  const error = new UpgradeError({
    code: 'YF331',
    exitCode: 3,
    message: 'Rows.',
    found: ['a: 3'],
    remedy: 'Run: yokeflow-upgrade rollback --discard-rows',
    leftBehind: ['labels'],
    changed: true,
    cause: 'c',
  });
  const same = sameDatabaseError(error, { container: 'c' }, undefined);
  expect({ ...same, message: same.message, cause: same.cause }).toEqual({
    ...error,
    message: 'Rows.',
    cause: 'c',
    remedy: 'Run: yokeflow-upgrade rollback --container c --discard-rows',
  });
});
