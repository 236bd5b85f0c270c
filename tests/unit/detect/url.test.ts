import { describe, expect, it } from 'vitest';
import { redactUrl } from '../../../src/redaction/redact.js';
import { readConnectionString } from '../../../src/detect/connection-string.js';
import { UpgradeError } from '../../../src/errors/error.js';
import { failureOf } from './machine.js';

const values = (text: string) => readConnectionString(text, 'test').values;

describe('readConnectionString', () => {
  const whole = { host: 'db.example', port: '25060', user: 'doadmin', password: 's3cret', dbname: 'defaultdb' };

  it.each(['postgres', 'postgresql', 'postgresql+asyncpg', 'postgresql+psycopg2', 'postgres+asyncpg'])(
    'reads %s://',
    async (scheme) => {
      expect(values(`${scheme}://doadmin:s3cret@db.example:25060/defaultdb?sslmode=require`)).toEqual({
        ...whole,
        sslmode: 'require',
      });
    },
  );

  it.each([
    ['postgresql://h', { host: 'h' }],
    ['postgresql:///yokeflow', { dbname: 'yokeflow' }],
    ['postgresql://agent@/yokeflow', { user: 'agent', dbname: 'yokeflow' }],
    ['postgresql://a%40b:p%23%2F%3F@h/d%20b', { user: 'a@b', password: 'p#/?', host: 'h', dbname: 'd b' }],
    ['postgresql://agent:p@ss@h/db', { user: 'agent', password: 'p@ss', host: 'h', dbname: 'db' }],
    ['postgresql://[::1]:5433/db', { host: '::1', port: '5433', dbname: 'db' }],
    ['postgresql://%2Fvar%2Frun%2Fpostgresql/db', { host: '/var/run/postgresql', dbname: 'db' }],
    ['postgresql:///db?host=/tmp&port=5433&user=me', { host: '/tmp', port: '5433', user: 'me', dbname: 'db' }],
    ['postgresql://h1:1,h2:2/db', { host: 'h1,h2', port: '1,2', dbname: 'db' }],
    ['postgresql://u@h1,[::1]:5433/db', { user: 'u', host: 'h1,::1', port: ',5433', dbname: 'db' }],
    ['postgresql://%2Ftmp,h2/db?port=', { host: '/tmp,h2', port: '', dbname: 'db' }],
    ["host=h dbname='a b' user = agent", { host: 'h', dbname: 'a b', user: 'agent' }],
    [String.raw`host=h password='it\'s \\ ' dbname=a\ b`, { host: 'h', password: "it's \\ ", dbname: 'a b' }],
    ["host='' port= 5433 dbname=d dbname=e", { host: '', port: '5433', dbname: 'e' }],
    ["  host=h\n dbname=d'e' ", { host: 'h', dbname: "d'e'" }],
    ['postgresql://h/db?options=-c%20a%3Db+c', { host: 'h', dbname: 'db', options: '-c a=b+c' }],
    ['postgresql://h/db?ssl=true', { host: 'h', dbname: 'db', sslmode: 'require' }],
    ['postgresql://h/db?ssl=verify-full', { host: 'h', dbname: 'db', sslmode: 'verify-full' }],
    [
      'postgresql://h/db?sslmode=verify-ca&sslrootcert=/no/such/file',
      { host: 'h', dbname: 'db', sslmode: 'verify-ca', sslrootcert: '/no/such/file' },
    ],
  ])('reads %s', async (url, expected) => {
    expect(values(url)).toEqual(expected);
  });

  it.each([
    'mysql://agent:s3cret@h/db',
    'agent:s3cret@h/db',
    'host=h password=s3cret more',
    "host=h password='s3cret",
    'host=h password=a s3cret',
    'postgresql://agent:s3cret#x@h/db',
    'postgresql://agent:12/s3cret@h/db',
    'postgresql://agent:a@s3cret/x@h/db',
    'postgresql://agent:s3cret@h1:1,h2:x/db',
    'postgresql://agent:s3cret@h:port/db',
    'postgresql://agent:s3cret',
    '',
  ])('refuses %j as YF209, exit 2, without its password', async (url) => {
    const error = await failureOf(UpgradeError, () => readConnectionString(url, '--database-url'));
    expect(error).toMatchObject({ code: 'YF209', exitCode: 2 });
    expect(error.cause).toBeUndefined();
    expect(`${error.message} ${error.found.join()} ${error.remedy} ${error.stack ?? ''}`).not.toContain('s3cret');
  });
});

it('of a text that is no URL nothing is shown, not even stars', async () => {
  const error = await failureOf(UpgradeError, () => readConnectionString('127.0.0.1:5432', '--database-url'));
  expect(error.found).toEqual([]);
});

describe('redactUrl', () => {
  it.each([
    ['postgresql://agent:s3cret@h:5432/db', 'postgresql://agent:***@h:5432/db'],
    ['postgresql://agent@h/db?sslmode=require', 'postgresql://agent@h/db?sslmode=require'],
    ['postgresql://h:5432/db', 'postgresql://h:5432/db'],
    ['postgresql://[::1]:5432/db', 'postgresql://[::1]:5432/db'],
    ['postgresql://agent:s3@c/r?e#t@h/db', 'postgresql://agent:***@h/db'],
    [
      'postgresql://h/db?user=a&password=s3cret&sslpassword=other',
      'postgresql://h/db?user=a&password=***&sslpassword=***',
    ],
    ['postgresql://agent:s3cret', 'postgresql://agent:***'],
    ["host=h password='s3 cret' user=a", 'host=h password=*** user=a'],
    ['s3cret', '***'],
  ])('writes %s as %s', (url, expected) => {
    expect(redactUrl(url)).toBe(expected);
  });
});
