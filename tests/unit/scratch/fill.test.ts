import { expect, it } from 'vitest';
import { failedAtThatAlone } from '../../../src/scratch/fill.js';

const unknown = 'pg_restore: error: could not execute query: ERROR:  unrecognized configuration parameter "transaction_timeout"\nCommand was: SET transaction_timeout = 0;';

it.each([
  [`${unknown}\npg_restore: warning: errors ignored on restore: 1`, true],
  [`${unknown}\npg_restore: error: could not execute query: ERROR:  role "x" does not exist\npg_restore: warning: errors ignored on restore: 2`, false],
  ['pg_restore: error: could not execute query: ERROR:  role "x" does not exist\npg_restore: warning: errors ignored on restore: 1', false],
  [unknown, false],
])('a setting that the server lacks is forgiven, and nothing besides: %#', (stderr, forgiven) => {
  expect(failedAtThatAlone({ exitCode: 1, stderr })).toBe(forgiven);
});
