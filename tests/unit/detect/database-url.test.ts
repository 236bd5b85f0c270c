import fc from 'fast-check';
import { expect, it } from 'vitest';
import { commandLineTarget } from '../../../src/detect/direct.js';
import type { DirectTarget } from '../../../src/database/target.js';
import { databaseUrlOf } from '../../../src/database/database-url.js';
import { machine } from './machine.js';

const target: DirectTarget = {
  kind: 'direct',
  source: '--database-url',
  host: 'h',
  port: 5432,
  database: 'd',
  user: 'u',
  ssl: 'prefer',
  reason: '',
};

/** What a printed URL leads to again. */
async function readBack(one: DirectTarget) {
  const { host, port, database, user, options } = await commandLineTarget(databaseUrlOf(one), machine().surroundings());
  return { host, port, database, user, ...(options !== undefined && { options }) };
}

const odd = ';/$=&@:?#% +,\'"`\\<>|!()*~[]{}äß日本語';

it.each<[string, Partial<DirectTarget>, string?]>([
  ['IPv6', { host: '::1' }, 'postgresql://u@[::1]:5432/d'],
  ['IPv6 with a zone', { host: 'fe80::1%eth0' }, 'postgresql://u@[fe80::1%25eth0]:5432/d'],
  ['IPv6 with IPv4 in it', { host: '::ffff:127.0.0.1', port: 6000 }],
  ['a socket', { host: '/var/run/postgresql' }, 'postgresql://u@/d?host=/var/run/postgresql'],
  ['a socket of another port', { host: '/tmp/a b', port: 5433 }, 'postgresql://u@/d?host=/tmp/a%20b&port=5433'],
  ['an address beside the host', { hostaddr: '127.0.0.1' }, 'postgresql://u@h:5432/d?hostaddr=127.0.0.1'],
  ['options', { options: 'endpoint=a-b -c x=y+z' }],
  ['a database of odd characters', { database: odd }],
  ['a user of odd characters', { user: `a${odd.replace(':', '')}` }],
  ['a database like a connection string', { database: 'host=x dbname=y' }],
])('%s leads to the same place when the printed URL is given', async (_, more, url) => {
  const one = { ...target, ...more };
  if (url !== undefined) expect(databaseUrlOf(one)).toBe(url);
  expect(await readBack(one)).toEqual({
    host: one.host,
    port: one.port,
    database: one.database,
    user: one.user,
    ...(one.options !== undefined && { options: one.options }),
  });
});

it('whatever the names are', async () => {
  const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).filter((text) => !text.includes('\0'));
  // What looks like a password in the wrong place is refused, whoever meant it as a name.
  const harmless = name.filter((text) => !/[:@=]|%/.test(text));
  await fc.assert(
    fc.asyncProperty(harmless, harmless, fc.integer({ min: 1, max: 65535 }), async (database, user, port) => {
      expect(await readBack({ ...target, database, user, port })).toEqual({ host: 'h', port, database, user });
    }),
    { numRuns: 300 },
  );
});
