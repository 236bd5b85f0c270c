import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quoteIdentifier, quoteLiteral } from '../../src/database/quote.js';
import { DatabaseError, type Session } from '../../src/database/session.js';
import { adapters } from '../support/adapters.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

const texts = [
  '',
  ' ',
  "'",
  "''",
  "it's",
  '\\',
  "\\'",
  '\\\\',
  'a\\nb',
  "'; DROP TABLE projects; --",
  '"',
  '$$',
  '$tag$',
  ':name',
  ":'name'",
  ':"name"',
  '\\q',
  '\\echo hello',
  'a;b',
  'line\nbreak',
  '\r\n',
  '\ttab',
  '-- no comment',
  '/* neither */',
  'Grüße, 世界 🚀',
  '\u2028',
  '%s %I',
  '{"json": [1, "two"]}',
  "E'\\n'",
  'yokeflow-upgrade-0000-1 end',
];

describe.each(adapters)('over $name', (adapter) => {
  if (adapter.missing) return it.skip(adapter.missing);
  let database: TestDatabase;
  let session: Session;
  beforeAll(async () => {
    database = await createDatabase();
    session = await adapter.connect(database)();
  });
  afterAll(async () => {
    await session?.close();
    await database?.drop();
  });

  it.each(texts)('%j comes back as it went', async (text) => {
    expect(await session.rows(`SELECT ${quoteLiteral(text)} AS text`)).toEqual([{ text }]);
  });

  it.each(texts.filter((text) => text !== ''))('%j can be a name', async (text) => {
    expect(await session.rows(`SELECT 1 AS ${quoteIdentifier(text)}`)).toEqual([{ [text]: 1 }]);
  });

  it.each(['on', 'off'])('with standard_conforming_strings %s too', async (setting) => {
    await session.execute(`SET standard_conforming_strings = ${setting}`);
    for (const text of texts) expect(await session.rows(`SELECT ${quoteLiteral(text)} AS text`)).toEqual([{ text }]);
    await session.execute('RESET standard_conforming_strings');
  });

  it('all of them together survive a table', async () => {
    await session.execute('CREATE TABLE public.notes (id integer, note text)');
    await session.execute(
      `INSERT INTO public.notes VALUES ${texts.map((text, id) => `(${id}, ${quoteLiteral(text)})`).join(', ')}`,
    );
    expect(await session.rows('SELECT note FROM public.notes ORDER BY id')).toEqual(texts.map((note) => ({ note })));
  });

  it('values arrive as the port promises', async () => {
    const [row] =
      await session.rows(`SELECT 9007199254740991::bigint AS big, 1.5::numeric AS fraction, true AS yes, NULL AS nothing,
      '2026-03-01 12:30:00+00'::timestamptz AT TIME ZONE 'UTC' AS moment, ARRAY['a', 'b'] AS list, '{"a": 1}'::jsonb AS object`);
    expect(row).toEqual({
      big: 9007199254740991,
      fraction: 1.5,
      yes: true,
      nothing: null,
      moment: '2026-03-01T12:30:00',
      list: ['a', 'b'],
      object: { a: 1 },
    });
    expect(await session.rows('SELECT 1 AS one WHERE false')).toEqual([]);
  });

  it('an error has its SQLSTATE, detail and hint, and the session goes on', async () => {
    const raise = `DO $$ BEGIN RAISE 'two\nlines' USING ERRCODE = 'YF123', DETAIL = 'the detail', HINT = 'the hint'; END $$`;
    const error = await session.execute(raise).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(DatabaseError);
    expect(error).toMatchObject({ message: 'two\nlines', sqlState: 'YF123', detail: 'the detail', hint: 'the hint' });
    await expect(session.rows('SELECT missing')).rejects.toMatchObject({ sqlState: '42703' });
    await expect(session.execute('SELECT FROM nowhere; ')).rejects.toMatchObject({ sqlState: '42P01' });
    expect(await session.rows('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('a notice, a warning and a long answer are not mistaken for anything else', async () => {
    await session.execute(`DO $$ BEGIN RAISE WARNING 'careful'; RAISE NOTICE 'by the way'; END $$`);
    const [row] = await session.rows<{ long: string }>(`SELECT repeat('yokeflow-upgrade ', 100000) AS long`);
    expect(row?.long).toHaveLength(1_700_000);
  });
});
