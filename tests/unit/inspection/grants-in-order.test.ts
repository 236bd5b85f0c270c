import { expect, it } from 'vitest';
import { grantsInOrder } from '../../../src/inspection/affected/grants-in-order.js';
import type { Grant } from '../../../src/inspection/affected/relation-states.js';

const grant = (grantor: string, grantee: string, grantable = false, privilege = 'SELECT'): Grant => ({
  grantor,
  grantee,
  isPublic: grantee === 'PUBLIC',
  privilege,
  grantable,
});

it('each role grants after it was given the right to, in its own name', () => {
  expect(
    grantsInOrder('"v"', 'owner', [
      grant('b', 'c'),
      grant('a', 'b', true),
      grant('owner', 'a', true),
      grant('owner', 'owner'),
      grant('owner', 'owner', false, 'INSERT'),
    ]),
  ).toEqual([
    'GRANT SELECT ON TABLE "v" TO "a" WITH GRANT OPTION',
    'SET LOCAL ROLE "a"',
    'GRANT SELECT ON TABLE "v" TO "b" WITH GRANT OPTION',
    'RESET ROLE',
    'SET LOCAL ROLE "b"',
    'GRANT SELECT ON TABLE "v" TO "c"',
    'RESET ROLE',
    'GRANT SELECT, INSERT ON TABLE "v" TO "owner"',
  ]);
});

it('a right on a column may come from a right on the whole', () => {
  expect(grantsInOrder('"v"', 'owner', [grant('a', 'PUBLIC')], '"c"', [grant('owner', 'a', true)])).toEqual([
    'SET LOCAL ROLE "a"',
    'GRANT SELECT ("c") ON TABLE "v" TO PUBLIC',
    'RESET ROLE',
  ]);
});

it('there is no order where a grantor never got the right', () => {
  expect(grantsInOrder('"v"', 'owner', [grant('a', 'b'), grant('owner', 'a', false)])).toBeUndefined();
});
