import { expect, it } from 'vitest';
import {
  ignoredErrors,
  isUnknownSetting,
  readRestoreErrors,
  withoutProgress,
} from '../../../src/scratch/restore-errors.js';
import { withoutSecrets } from '../../../src/scratch/unfinished.js';
import { comesLast, mayBeMissing } from '../../../src/scratch/without-rows.js';

const unknown =
  'pg_restore: while INITIALIZING:\npg_restore: error: could not execute query: ERROR:  unrecognized configuration parameter "transaction_timeout"\nCommand was: SET transaction_timeout = 0;\n';
const two = `pg_restore: connecting to database for restore
${unknown}pg_restore: creating TABLE "public.notes"
pg_restore: while PROCESSING TOC:
pg_restore: from TOC entry 3347; 0 0 ACL TABLE notes agent
pg_restore: error: could not execute query: ERROR:  role "gone" does not exist
Command was: GRANT SELECT ON TABLE public.notes TO gone;
GRANT SELECT ON TABLE public.notes TO kept;


pg_restore: creating FUNCTION "public.f()"
pg_restore: from TOC entry 3340; 0 16386 MATERIALIZED VIEW DATA picky agent
pg_restore: error: could not execute query: FEHLER:  Division durch Null
CONTEXT:  line 1
Command was: REFRESH MATERIALIZED VIEW public.picky;


pg_restore: warning: errors ignored on restore: 3`;

it('reads which entry each error is about, in whose words, and the statement', () => {
  expect(readRestoreErrors(two)).toEqual([
    {
      entry: undefined,
      message: 'unrecognized configuration parameter "transaction_timeout"',
      command: 'SET transaction_timeout = 0;',
      passing: false,
    },
    {
      entry: '3347',
      message: 'role "gone" does not exist',
      command: 'GRANT SELECT ON TABLE public.notes TO gone;\nGRANT SELECT ON TABLE public.notes TO kept;',
      passing: false,
    },
    {
      entry: '3340',
      message: 'Division durch Null',
      command: 'REFRESH MATERIALIZED VIEW public.picky;',
      passing: false,
    },
  ]);
  expect(ignoredErrors(two)).toBe(3);
  expect(readRestoreErrors(two).map(isUnknownSetting)).toEqual([true, false, false]);
  expect(withoutProgress(two)).not.toMatch(/creating|connecting/);
  expect(readRestoreErrors('')).toEqual([]);
  expect(ignoredErrors('pg_restore: error: it stopped')).toBeUndefined();
});

it.each([
  ['TABLE public projects agent', false, false],
  ['TABLE DATA public notes agent', false, false],
  ['SEQUENCE SET public a agent', false, false],
  ['CONSTRAINT public notes a agent', false, false],
  ['FK CONSTRAINT public notes a agent', false, false],
  ['BLOBS - BLOBS ', false, false],
  ['TYPE public status agent', false, false],
  ['DEFAULT public notes id agent', false, false],
  ['ACL public TABLE projects agent', true, true],
  ['MATERIALIZED VIEW DATA public mine agent', true, true],
  ['COMMENT - EXTENSION "uuid-ossp" ', true, true],
  ['EVENT TRIGGER - told agent', true, true],
  ['EXTENSION - uuid-ossp ', false, true],
  ['VIEW public mine agent', false, true],
  ['FUNCTION public mine(uuid, text) agent', false, true],
  ['TRIGGER public sessions mine agent', false, true],
  // YokeFlow's own have to be there.
  ['VIEW public v_recent_quality_issues agent', false, false],
  ['FUNCTION public pause_session(uuid, uuid, text) agent', false, false],
])('%s comes last: %s, may be missing: %s', (what, last, missing) => {
  expect([comesLast({ id: '1', what }), mayBeMissing({ id: '1', what })]).toEqual([last, missing]);
});

it.each([
  ["CREATE SUBSCRIPTION s CONNECTION 'host=h password=''a b'' x' PUBLICATION p", 'a b'],
  ["CREATE USER MAPPING FOR a SERVER s OPTIONS (\"user\" 'x', password 'Hush')", 'Hush'],
  ["CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (token E'Hush\\\\')", 'Hush'],
  ["COMMENT ON TABLE t IS 'postgresql://u:Hush@h/d'", 'Hush'],
])('%s is told without its secret', (statement, secret) => {
  expect(withoutSecrets(statement)).not.toContain(secret);
  expect(withoutSecrets('REFRESH MATERIALIZED VIEW m;')).toBe('REFRESH MATERIALIZED VIEW m;');
});

it.each([
  'could not execute query: FATAL:  terminating connection due to administrator command\nserver closed the connection unexpectedly',
  'could not execute query: server closed the connection unexpectedly',
  'could not execute query: ERROR:  canceling statement due to user request',
  'could not execute query: ERROR:  could not extend file "base/1/2": No space left on device',
  'could not execute query: no connection to the server',
])('no entry is to blame for: %s', (said) => {
  expect(
    readRestoreErrors(
      `pg_restore: from TOC entry 3340; 0 16386 INDEX public mine agent\npg_restore: error: ${said}\nCommand was: CREATE INDEX mine;`,
    ),
  ).toMatchObject([{ entry: '3340', passing: true }]);
});
