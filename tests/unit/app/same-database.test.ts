import { expect, it } from 'vitest';
import type { DirectTarget } from '../../../src/database/target.js';
import { UpgradeError } from '../../../src/errors/error.js';
import { own, type Remedy } from '../../../src/errors/remedy.js';
import { rehearsalFailed } from '../../../src/rehearse/failure.js';
import { databaseOptions, sameDatabaseError } from '../../../src/app/same-database.js';

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

const to = (remedy: Remedy) =>
  sameDatabaseError(
    new UpgradeError({ code: 'YF301', exitCode: 3, message: '', remedy }),
    { container: 'c' },
    undefined,
  );

it.each<[string, Remedy]>([
  ['Run: yokeflow-upgrade status --container c, to see where it is.', [own('status'), ', to see where it is.']],
  [
    'To see, run: yokeflow-upgrade status --container c. To complete it, run: yokeflow-upgrade restore --container c FILE',
    ['To see, run: ', own('status'), '. To complete it, run: ', own('restore', 'FILE')],
  ],
  ['All codes: yokeflow-upgrade explain', ['All codes: ', own('explain')]],
  ['Run: yokeflow-upgrade upgrade --help', [own('upgrade', '--help')]],
  ['Run: yokeflow-upgrade --help', [own('--help')]],
  ['yokeflow-upgrade status --container other', 'yokeflow-upgrade status --container other'],
])('%s', (text, remedy) => {
  expect(to(remedy).remedy).toBe(text);
});

it('what a rehearsal on a copy failed with sends to the next rehearsal of the same database', () => {
  const failed = new UpgradeError({
    code: 'YF806',
    exitCode: 1,
    message: '',
    remedy: ['Mend it, then run: ', own('upgrade'), '; else run: ', own('status')],
  });
  expect(to(rehearsalFailed(failed).advice).remedy).toBe(
    'Mend it, then run: yokeflow-upgrade rehearse --container c; else run: yokeflow-upgrade status --container c',
  );
});

it('an error keeps all but its remedy', () => {
  const error = new UpgradeError({
    code: 'YF331',
    exitCode: 3,
    message: 'Rows.',
    found: ['a: 3'],
    remedy: [own('rollback', '--discard-rows')],
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
    advice: [{ words: ['rollback', '--container', 'c', '--discard-rows'] }],
  });
});
