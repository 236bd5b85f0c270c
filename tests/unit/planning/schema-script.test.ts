import { expect, it } from 'vitest';
import { readScript } from '../../../src/planning/schema/script.js';
import { schemaNames } from '../../../src/planning/schema/names.js';

it('leaves out transaction control, settings and what psql prints, and keeps the lines of the rest', () => {
  const script = [
    '\\set ON_ERROR_STOP on',
    "\\echo it's YokeFlow",
    'BEGIN;',
    'SET client_encoding = UTF8;',
    "SELECT pg_catalog.set_config('search_path', '', false);",
    '-- Extensions; and a semicolon in a comment',
    'CREATE EXTENSION IF NOT EXISTS "uuid-ossp";',
    "CREATE TYPE mood AS ENUM ('a', 'b');",
    "COMMENT ON TYPE mood IS 'a \\ backslash; in quotes';",
    'CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;',
    'COMMIT;',
  ].join('\n');
  const { statements } = readScript(script) as { statements: { sql: string; line: number }[] };
  expect(statements.map(({ sql, line }) => [line, sql.split('\n').at(-1)?.split(/[ (]/, 2).join(' ')])).toEqual([
    [7, 'CREATE EXTENSION'],
    [8, 'CREATE TYPE'],
    [9, 'COMMENT ON'],
    [10, 'CREATE FUNCTION'],
  ]);
});

it.each([
  ['\\i tables.sql', "line 1: psql's command \\i"],
  ['SELECT 1;\n\\! id', "line 2: psql's command \\!"],
  ['CREATE TABLE t ();\nCOPY t FROM stdin;\n\\.\n', "line 3: psql's command \\."],
  ['CREATE TABLE t ();\nCOPY t FROM stdin;', 'line 2: COPY T'],
  ['CREATE DATABASE other;', 'line 1: CREATE DATABASE'],
  ['/* one\ntwo */ CREATE ROLE agent;', 'line 2: CREATE ROLE'],
  ['SET ROLE postgres;', 'line 1: SET ROLE'],
  ['GRANT pg_monitor TO agent;', 'line 1: a role is given to another, which reaches beyond this database'],
  ['VACUUM;', 'line 1: VACUUM'],
  ['ROLLBACK;', 'line 1: ROLLBACK'],
  ['CREATE INDEX CONCURRENTLY i ON t (a);', 'line 1: CONCURRENTLY, which no transaction can hold'],
  ["SELECT 1;\nSELECT 'never ended;", 'line 2: a quotation is begun and never ended'],
  ['-- nothing', 'there is no statement in it'],
])('refuses %j by its name and line', (script, refused) => {
  expect(readScript(script)).toEqual({ refused });
});

it('knows the names of every kind that YokeFlow takes', () => {
  const { relations, types, functions } = schemaNames();
  expect(relations).toEqual(
    expect.arrayContaining(['projects', 'v_progress', 'idx_tests_task_id', 'epics_id_seq', 'paused_sessions']),
  );
  expect([...types].sort()).toEqual([
    'deployment_status',
    'project_status',
    'session_status',
    'session_type',
    'task_status',
  ]);
  expect(functions).toEqual(expect.arrayContaining(['update_updated_at', 'pause_session', 'create_checkpoint']));
});
