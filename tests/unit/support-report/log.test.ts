import { describe, expect, it } from 'vitest';
import { Redactor } from '../../../src/support-report/redaction/redactor.js';

const labels = new Set(['paused', 'resumed']);
const prefix = '2026-11-23 04:40:19.123 UTC [61] ';
const shown = (...lines: string[]) => {
  const redactor = new Redactor();
  return redactor
    .finish(redactor.log(lines.map((line) => (line.startsWith('\t') ? line : prefix + line)).join('\n') + '\n', labels))
    .report.map((line) => line.replace(prefix, ''));
};

describe('a log of PostgreSQL', () => {
  it.each([
    ['LOG:  starting PostgreSQL 16.4 on x86_64-pc-linux-musl, compiled by gcc (Alpine 13.2.1) 13.2.1, 64-bit'],
    ['LOG:  listening on IPv4 address "0.0.0.0", port 5432'],
    ['LOG:  listening on Unix socket "/var/run/postgresql/.s.PGSQL.5432"'],
    ['LOG:  database system is ready to accept connections'],
    ['ERROR:  column "updated_at" of relation "sessions" does not exist at character 43'],
    ['CONTEXT:  PL/pgSQL function pause_session(uuid,uuid,text) line 12 at SQL statement'],
    ['ERROR:  duplicate key value violates unique constraint "unique_active_pause_per_session"'],
    ['ERROR:  invalid input value for enum session_status: "paused"'],
    ['ERROR:  update or delete on table "tasks" violates foreign key constraint "x_fkey" on table "paused_sessions"'],
    ['ERROR:  inconsistent types deduced for parameter $3'],
    ['FATAL:  password authentication failed for user "agent"'],
    ['FATAL:  sorry, too many clients already'],
    ['PANIC:  could not write to file "pg_wal/xlogtemp.61": No space left on device'],
    ['FATAL:  database files are incompatible with server'],
  ])('keeps what helps: %s', (line) => expect(shown(line)).toEqual([line]));

  it('shows statements without their values, whatever these are', () => {
    expect(
      shown(
        "STATEMENT:  UPDATE tasks SET description = 'My secret', cost = 12.5, n = -3 WHERE id = 42 AND name = $1 -- a secret comment",
        "\t  AND note = E'it''s' AND q = $tag$dollar'd$tag$ /* another */ AND \"weird name\" = t.\"name\" AND u = U&'x'",
      ),
    ).toEqual([
      'STATEMENT:  UPDATE tasks SET description = [value], cost = [value], n = [value] WHERE id = [value] AND name = $1 ',
      '\t  AND note = [value] AND q = [value]  AND "[value]" = t."name" AND u = [value]',
    ]);
    expect(shown("LOG:  duration: 1.234 ms  statement: SELECT 'x'")).toEqual([
      'LOG:  duration: 1.234 ms  statement: SELECT [value]',
    ]);
    expect(shown("LOG:  execute <unnamed>: SELECT 'x'")).toEqual(['LOG:  execute <unnamed>: SELECT [value]']);
    expect(shown('LOG:  duration: 5 ms  plan:', '\tQuery Text: SELECT 1', "\tFilter: (name = 'x'::text)")).toEqual([
      'LOG:  duration: 5 ms   [value]',
    ]);
  });

  it('shows nothing more where a string may have no end', () => {
    expect(shown("STATEMENT:  SELECT 'open, secret")).toEqual(['STATEMENT:  SELECT [value]']);
    expect(shown("STATEMENT:  SELECT 'a\\' OR 'secret'")).toEqual(['STATEMENT:  SELECT [value]']);
    expect(shown('STATEMENT:  SELECT /* a /* b */ secret */ 1')).toEqual(['STATEMENT:  SELECT ']);
  });

  it('shows what is wrong with a row and not the row', () => {
    expect(shown('DETAIL:  Key (name)=(My secret', '\tsecond line) already exists.')).toEqual([
      'DETAIL:  Key (name)=([value]) already exists.',
    ]);
    expect(shown('DETAIL:  Failing row contains (1, My', '\tsecret).')).toEqual([
      'DETAIL:  Failing row contains ([value]).',
    ]);
    expect(shown("DETAIL:  parameters: $1 = 'secret', $2 = '7'")).toEqual(['DETAIL:  parameters: $1 = [value]']);
    expect(shown('ERROR:  invalid input syntax for type uuid: "secret"')).toEqual([
      'ERROR:  invalid input syntax for type uuid: "[value]"',
    ]);
    expect(shown('ERROR:  invalid input value for enum session_status: "secret"')).toEqual([
      'ERROR:  invalid input value for enum session_status: "[value]"',
    ]);
    expect(shown('DETAIL:  Token "secret" is invalid.')).toEqual(['DETAIL:  Token "[value]" is invalid.']);
    expect(shown('CONTEXT:  JSON data, line 1: {"a": secret')).toEqual(['CONTEXT:  JSON data, line 1: [value]']);
    expect(shown('CONTEXT:  COPY sessions, line 3, column name: "secret"')).toEqual([
      'CONTEXT:  COPY sessions, line 3, column name: [value]',
    ]);
    expect(
      shown(
        `CONTEXT:  SQL statement "UPDATE tasks SET x = 'secret'"`,
        '\tPL/pgSQL function f() line 3 at SQL statement',
      ),
    ).toEqual([
      'CONTEXT:  SQL statement "UPDATE tasks SET x = [value]"',
      '\tPL/pgSQL function f() line 3 at SQL statement',
    ]);
    expect(
      shown(
        'DETAIL:  Process 61 waits for ShareLock on transaction 5; blocked by process 7.',
        "\tProcess 61: UPDATE x SET y = 'secret' WHERE i = 7",
      ),
    ).toEqual([
      'DETAIL:  Process 61 waits for ShareLock on transaction 5; blocked by process 7.',
      '\tProcess 61: UPDATE x SET y = [value] WHERE i = [value]',
    ]);
    expect(shown("WARNING:  it doesn't work with 'secret' and 'another one'")).toEqual([
      'WARNING:  it doesn’t work with [value] and [value]',
    ]);
    expect(shown('LOG:  connection authorized: user=bob database=yokeflow application_name=the laptop of bob')).toEqual(
      ['LOG:  connection authorized: user=[user 1] database=yokeflow application_name=[value]'],
    );
  });

  it('that begins in the middle of a message does not show the rest of it', () => {
    expect(shown("\tsecret' WHERE id = 5", 'LOG:  checkpoint starting: time')).toEqual([
      '\t[value]',
      'LOG:  checkpoint starting: time',
    ]);
  });

  it('in another language shows nothing in quotes or brackets', () => {
    expect(shown("ANWEISUNG:  INSERT INTO x VALUES ('secret', 5)")).toEqual([
      'ANWEISUNG:  INSERT INTO x VALUES ([value], [value])',
    ]);
    expect(shown('DETAIL:  Schlüssel »(name)=(secret)« existiert bereits.').join()).not.toContain('secret');
    expect(shown('FEHLER:  ungültige Eingabesyntax für Typ uuid: »secret«')).toEqual([
      'FEHLER:  ungültige Eingabesyntax für Typ uuid: [value]',
    ]);
  });

  it('keeps what the image writes as it starts', () => {
    const redactor = new Redactor();
    const lines = [
      '/usr/local/bin/docker-entrypoint.sh: running /docker-entrypoint-initdb.d/011_paused_sessions.sql',
      'psql:/docker-entrypoint-initdb.d/011_paused_sessions.sql:12: ERROR:  relation "sessions" does not exist',
      'PostgreSQL init process complete; ready for start up.',
      'Error: Database is uninitialized and superuser password is not specified.',
    ];
    expect(redactor.finish(redactor.log(lines.join('\n'), labels)).report).toEqual(lines);
  });
});
