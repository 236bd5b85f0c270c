import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolve } from 'node:path';
import { redactText, redactUrl } from '../../../src/redaction/redact.js';
import { holdsCredentials, rememberSlips } from '../../../src/redaction/slips.js';

describe('a connection string in the wrong place', () => {
  it.each([
    'postgresql://u:SECRET@h/d',
    'postgres://h/d',
    'postgresql+asyncpg://u:SECRET@h',
    '"postgresql://u:SECRET@h/d"',
    "'postgres://u:SECRET@h'",
    './postgresql://u:SECRET@h/d',
    '/cwd/postgresql:/u:SECRET@h/d',
    'postgresql%3A%2F%2Fu%3ASECRET%40h%2Fd',
    'postgresql%253A%252F%252Fu%253ASECRET%2540h',
    'mysql://u:SECRET@h/d',
    'tcp://u:SECRET@h:2375',
    'u:SECRET@h',
    'u:SEC:RET@h:5432/d',
    'host=h password=SECRET',
    'password = SECRET',
    'PGPASSWORD=SECRET',
    'sslpassword=SECRET',
    'h/d?user=u&password=SECRET',
    '--password=SECRET',
    '--pass=SECRET',
    'jdbc:postgresql://h/d?user=u&password=SECRET',
  ])('%s is known for one', (text) => {
    expect(holdsCredentials(text)).toBe(true);
  });

  it.each([
    '.',
    '/srv/yokeflow',
    'C:\\yokeflow',
    'C:/Users/me@home/yokeflow',
    '../a b',
    'yokeflow_postgres',
    '1.4.0',
    'h:5432',
    'https://example.com/x',
    'file.dump',
    'YF402',
    'a@b',
    'tests/pass',
    '100%',
  ])('%s is known for none', (text) => {
    expect(holdsCredentials(text)).toBe(false);
  });
});

describe('what is secret in a slip', () => {
  it.each([
    ['postgresql://u:pw@h/d', 'pw'],
    ['postgresql://u:p w@h/d', 'p w'],
    ['--project=postgresql://u:pw@h/d', ':pw'],
    ['u:pw@h', 'pw'],
    ['host=h password=pw', 'pw'],
  ])('%s is hidden as a whole, however short: as it is, in quotes, in JSON and in a path', (slip, secret) => {
    rememberSlips([slip]);
    const value = slip.replace(/^--\w+=/, '');
    for (const text of [
      slip,
      `'${slip}' is wrong`,
      JSON.stringify(value),
      encodeURIComponent(value),
      resolve('/srv', value),
      `x${value}y`,
    ])
      expect(redactText(text)).not.toContain(secret);
  });

  it('is hidden wherever it stands, if it is long enough to be told from other words', () => {
    rememberSlips([
      'postgresql://h/d@u:wrong-order-1',
      'postgresql://u@h:cut-off-2/d',
      '"postgresql://u:quoted%20word-3@h/d"',
      "host=h password='key word-4'",
      'u:pass:word-5@h',
    ]);
    for (const secret of [
      'wrong-order-1',
      'cut-off-2',
      'quoted word-3',
      'quoted%20word-3',
      'key word-4',
      'pass:word-5',
    ])
      expect(redactText(`said ${secret} to`)).toBe('said *** to');
  });

  it("is nobody's name", () => {
    rememberSlips([
      'postgresql://yokeflow_user:yokeflow_user@db.example/yokeflow_db',
      'tcp://agent:docker@engine-host',
    ]);
    for (const name of ['yokeflow_user', 'yokeflow_db', 'db.example', 'engine-host'])
      expect(redactText(name)).toBe(name);
  });

  it('is no part of an IPv6 address', () => {
    rememberSlips([
      'postgresql://agent@[::1]:5999/yokeflow',
      'postgresql://agent@[fe80::abcd%25eth0]/yokeflow',
      'postgresql://agent@[::2]:cut-off-9/d',
    ]);
    expect(redactText('The PostgreSQL [::1]:5999 and [fe80::abcd%25eth0]:5432')).toBe(
      'The PostgreSQL [::1]:5999 and [fe80::abcd%25eth0]:5432',
    );
    expect(redactText('said cut-off-9')).toBe('said ***');
  });

  it('is hidden in any spelling of an address', () => {
    const word = fc
      .string({ unit: fc.constantFrom(...'abcXYZ019!$%&()*+,;=~_-.:@/'), minLength: 6, maxLength: 16 })
      .map((text) => `Q${text}Q`);
    fc.assert(
      fc.property(word, (password) => {
        for (const url of [
          `postgresql://u:${password}@h:5432/d`,
          `postgresql:/u:${password}@h/d`,
          `DATABASE_URL="postgresql://u:${password}@h/d"`,
        ])
          expect(redactText(`cannot read ${url}, sorry`)).not.toContain(password);
        for (const url of [
          `postgresql://u:${password}@h/d`,
          `postgresql://u@h/d?password=${password.replaceAll('&', '')}`,
        ])
          expect(redactUrl(url)).not.toContain(password.replaceAll('&', ''));
      }),
    );
  });

  it('leaves an address without one as it is', () => {
    for (const text of [
      'run --database-url postgresql://agent@db:5432, then',
      'postgresql://agent@[::1]:5432/d',
      "'postgresql://agent@db/yokeflow?sslmode=require'",
      'Write it as postgresql://user:password@host:5432/database, special characters',
      'postgresql://db:5432/d',
      'write to me@example.com or C:/x',
      'postgresql://USER@HOST:5432/DATABASE',
    ])
      expect(redactText(text)).toBe(text);
  });
});
