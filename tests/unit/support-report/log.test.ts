import { describe, expect, it } from 'vitest';
import { Redactor } from '../../../src/support-report/redaction/redactor.js';
import { logFacts } from '../../../src/support-report/sources/container-log.js';

const time = '2026-11-23 04:40:19.123 UTC';
const facts = (...lines: string[]) => {
  const redactor = new Redactor();
  return redactor.finish(logFacts(lines.join('\n') + '\n', redactor)).report;
};
/** As the image's log_line_prefix begins each line. */
const shown = (...lines: string[]) =>
  facts(...lines.map((line) => (line.startsWith('\t') ? line : `${time} [61] ${line}`))).lines.map((line) =>
    line.replace(`${time} `, ''),
  );

describe('a log of PostgreSQL', () => {
  it.each([
    ['LOG:  database system is ready to accept connections'],
    ['LOG:  listening on IPv4 address "0.0.0.0", port 5432'],
    ['LOG:  database system was shut down at 2026-11-23 04:40:18 UTC'],
    ['ERROR:  relation "sessions" does not exist'],
    ['ERROR:  column "updated_at" of relation "sessions" does not exist'],
    ['ERROR:  duplicate key value violates unique constraint "unique_active_pause_per_session"'],
    ['ERROR:  deadlock detected'],
    ['ERROR:  canceling statement due to lock timeout'],
    ['FATAL:  password authentication failed for user "agent"'],
    ['FATAL:  sorry, too many clients already'],
    ['FATAL:  database files are incompatible with server'],
  ])('keeps what helps: %s', (line) => expect(shown(line)).toEqual([line]));

  it.each([
    [
      'DETAIL:  Key (name)=(My secret',
      '\tsecond line) already exists.',
      'DETAIL:  Key (name)=([value]) already exists.',
    ],
    ['DETAIL:  Key (name)=(a) already exists.) already exists.', 'DETAIL:  Key (name)=([value]) already exists.'],
    ['DETAIL:  Failing row contains (1, My', '\tsecret).', 'DETAIL:  Failing row contains ([value]).'],
    ['ERROR:  invalid input syntax for type uuid: "secret"', 'ERROR:  invalid input syntax for type uuid: "[value]"'],
    [
      'ERROR:  invalid input value for enum session_status: "s"',
      'ERROR:  invalid input value for enum session_status: "[value]"',
    ],
    ['ERROR:  relation "my_customers" does not exist at character 15', 'ERROR:  relation "[name]" does not exist'],
    ['ERROR:  relation "sessions of alice" does not exist', 'ERROR:  relation "[name]" does not exist'],
    [
      'FATAL:  password authentication failed for user "alice"',
      'FATAL:  password authentication failed for user "[user 1]"',
    ],
    [
      'FATAL:  no pg_hba.conf entry for host "10.0.0.5", user "bob", database "crm", no encryption',
      'FATAL:  no pg_hba.conf entry for host "[host 1]", user "[user 1]", database "[name]", no encryption',
    ],
    [
      'PANIC:  could not write to file "pg_wal/xlogtemp.61": No space left on device',
      'PANIC:  could not write to file "[value]": No space left on device',
    ],
    [
      `CONTEXT:  SQL statement "UPDATE tasks SET x = 'secret'"`,
      '\tPL/pgSQL function pause_session(uuid,text) line 12 at SQL statement',
      'CONTEXT:  PL/pgSQL function pause_session([value]) line 12 at SQL statement',
    ],
  ])('shows nothing of rows, and names of others by their kind: %s', (...lines) => {
    expect(shown(...lines.slice(0, -1))).toEqual([lines.at(-1)]);
  });

  it('counts what has no known form, with its SQLSTATE where the log has it', () => {
    const { lines, cut, leftOut } = facts(
      "\tsecret' WHERE id = 5",
      `${time} [61] P0001 ERROR:  ask alice at db-7.firma.de`,
      `${time} [61] STATEMENT:  UPDATE tasks SET name = 'secret'`,
      '\t WHERE id = 7',
      `${time} [61] P0001 ERROR:  another secret`,
      `${time} [61] DETAIL:  Token "secret" is invalid.`,
      `${time} [61] LOG:  execute <unnamed>: SELECT 'secret'`,
      `${time} [61] 42P01 ERROR:  relation "sessions" does not exist`,
      'FEHLER:  ungültige Eingabesyntax für Typ uuid: »secret«',
      'SECRET:  and whatever else',
    );
    expect(lines).toEqual([
      `${time} ERROR:  P0001 [message] (2 times)`,
      `${time} LOG:  [message]`,
      `${time} ERROR:  42P01 relation "sessions" does not exist`,
    ]);
    expect({ cut, leftOut }).toEqual({ cut: false, leftOut: 5 });
  });

  it('keeps what the image writes as it starts', () => {
    expect(
      facts(
        '/usr/local/bin/docker-entrypoint.sh: running /docker-entrypoint-initdb.d/011_paused_sessions.sql',
        '/usr/local/bin/docker-entrypoint.sh: running /docker-entrypoint-initdb.d/of-alice.sql',
        'psql:/docker-entrypoint-initdb.d/011_paused_sessions.sql:12: ERROR:  relation "sessions" does not exist',
        'PostgreSQL init process complete; ready for start up.',
        'Error: Database is uninitialized and superuser password is not specified.',
      ).lines,
    ).toEqual([
      '[value]: running /docker-entrypoint-initdb.d/011_paused_sessions.sql',
      '[value]: running /docker-entrypoint-initdb.d/[name]',
      'ERROR:  relation "sessions" does not exist',
      'PostgreSQL init process complete; ready for start up.',
      'Error: Database is uninitialized and superuser password is not specified.',
    ]);
  });

  it('is shown by its last 200 lines', () => {
    const many = Array.from({ length: 201 }, () => `${time} [1] LOG:  received fast shutdown request`);
    const { lines, cut } = facts(...many);
    expect([lines.length, cut]).toEqual([200, true]);
  });
});
