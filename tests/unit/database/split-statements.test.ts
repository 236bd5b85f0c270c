import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { splitStatements } from '../../../src/database/split-statements.js';

const sqlOf = (script: string) => splitStatements(script).map(({ sql }) => sql);

/** Statements in which a semicolon, or what looks like the end of something, means nothing. */
const whole = [
  "SELECT 'a;b'",
  "SELECT 'it''s; fine'",
  "SELECT E'it\\'s; fine'",
  "SELECT e'\\\\'",
  "SELECT 'no escape\\'",
  'SELECT \';\' AS "a;b"',
  'SELECT "it""s;" FROM t',
  'SELECT $$a;b$$',
  "SELECT $tag$ it's; $$ still; $tag$",
  "DO $do$ BEGIN EXECUTE 'SELECT 1;'; PERFORM $x$;$x$; END $do$",
  'CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $f$ SELECT $g$;$g$ -- ;\n$f$',
  'SELECT 1 -- a; comment\n + 1',
  "SELECT 1 /* a; 'comment */ + 1",
  "SELECT 1 -- it's\n, 2",
  "SELECT $1, a - b, a / b, a -> 'b;' FROM t",
  "SELECT 'line one;\nline two'",
  "SELECT tree'x;y'",
  'SELECT 1 /* a /* nested; */ comment; */ + 1',
  'SELECT 1 -- ends at a carriage return\r + 1',
  'SELECT a$b$c, d$b$e',
  'SELECT $é$ a;b $é$',
  "SELECT E'it\\'s'\n  'one \\'; constant'",
  "SELECT 'one'\n  -- it's;\n  '; constant'",
  "SELECT 'n'::numeric(1,2), U&'\\0041;', U&\"a;b\", $1",
  'CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b)',
  'CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END',
  'CREATE PROCEDURE p() BEGIN ATOMIC DELETE FROM t; END',
];

describe('splitStatements', () => {
  it.each(whole)('%j is one statement', (statement) => {
    expect(sqlOf(statement)).toEqual([statement]);
    expect(sqlOf(`${statement};`)).toEqual([statement]);
  });

  it('takes any two of them apart', () => {
    for (const first of whole) {
      for (const second of whole) expect(sqlOf(`${first};\n${second};\n`)).toEqual([first, second]);
    }
  });

  it.each(['', '  \n', ';', ';;\n;', '-- nothing;', '/* nothing; */', '-- a\n;-- b'])(
    '%j has no statement',
    (script) => {
      expect(splitStatements(script)).toEqual([]);
    },
  );

  it('leaves a comment with the statement that follows it', () => {
    expect(sqlOf('-- first\nSELECT 1;\n-- second\nSELECT 2;\n-- end')).toEqual([
      '-- first\nSELECT 1',
      '-- second\nSELECT 2',
    ]);
  });

  it('tells the line on which each statement begins', () => {
    expect(
      splitStatements('SELECT 1;\n\nSELECT\n2;SELECT 3;\n  SELECT $$\n\n$$;\nSELECT 5').map(({ line }) => line),
    ).toEqual([1, 3, 4, 5, 8]);
  });

  it('loses nothing of the scripts of this package but the semicolons', () => {
    const folder = new URL('../../../sql/', import.meta.url);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.sql'));
    expect(files.length).toBeGreaterThan(10);
    const bare = (text: string) => text.replace(/[;\s]/g, '');
    for (const file of files) {
      const script = readFileSync(new URL(file, folder), 'utf8');
      const statements = splitStatements(script);
      expect(bare(statements.map(({ sql }) => sql).join('')), file).toBe(bare(script));
      for (const { sql, line } of statements)
        expect(script.split('\n')[line - 1]?.trim(), file).toContain(sql.split('\n')[0]?.trim());
    }
  });
});
