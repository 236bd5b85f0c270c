import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteIdentifier, quoteLiteral } from '../../../src/database/quote.js';
import { tokensOf } from '../../../src/inert/sql-tokens.js';
import { inertSql } from '../../../src/inert/sql.js';
import { hostile, hostileText } from './hostile.js';

const esc = '\u001b';

describe('inertSql', () => {
  it.each([
    // Constants, as each of their forms is read.
    [`SELECT 'a${esc}b\\c'''`, `SELECT E'a\\x1bb\\\\c'''`],
    [`SELECT E'a${esc}\\\\\\${esc}\\'b'`, `SELECT E'a\\x1b\\\\\\x1b\\'b'`],
    [`SELECT E'\\\r'`, `SELECT E'\\r'`],
    [`SELECT U&'a\\0041\u202e\u{e0041}'`, `SELECT U&'a\\0041\\202e\\+0e0041'`],
    [`SELECT U&'a!0041\u202e' UESCAPE '!'`, `SELECT U&'a!0041!202e' UESCAPE '!'`],
    [`SELECT N'a\u009b'`, `SELECT nchar E'a\\u009b'`],
    [`SELECT date'${esc}'`, `SELECT date E'\\x1b'`],
    [`SELECT 'a\\${esc}'\r\n\t'b\\c'`, `SELECT E'a\\\\\\x1b'\n 'b\\\\c'`],
    [`SELECT 'a${esc}'\n-- it's ${esc}\n'b'`, `SELECT E'a\\x1b'\n-- it's \\x1b\n'b'`],
    [`SELECT 'tab\there', 'two\nlines'`, `SELECT E'tab\\there', 'two\nlines'`],
    // Bodies.
    [`DO $$ BEGIN RAISE 'it''s \\ ${esc}'; END $$`, `DO E' BEGIN RAISE ''it''''s \\\\ \\x1b''; END '`],
    [`DO $a$ 1;\r\n $a$`, `DO E' 1;\\r\n '`],
    // Names.
    [`DROP VIEW "a${esc}".b`, `DROP VIEW U&"a\\001b".b`],
    [`DROP VIEW app."a""\\\u202e"`, `DROP VIEW app.U&"a""\\\\\\202e"`],
    [`SELECT 1 AS"a\u200b"`, `SELECT 1 AS U&"a\\200b"`],
    [`SELECT U&"a\\0041\u200b"`, `SELECT U&"a\\0041\\200b"`],
    [`SELECT Täb\u200bLe`, `SELECT U&"täb\\200ble"`],
    [`SELECT "two\nlines"`, `SELECT U&"two\\000alines"`],
    // Comments, and what stands between.
    [`-- ${esc}]52;c;x\u0007\nSELECT 1 /* a /* ${esc} */ b */`, `-- \\x1b]52;c;x\\x07\nSELECT 1 /* a /* \\x1b */ b */`],
    ['SELECT 1;\r\nSELECT\t2;\rSELECT 3', 'SELECT 1;\nSELECT 2;\nSELECT 3'],
  ])('%j becomes %j', (script, expected) => {
    expect(inertSql(script)).toBe(expected);
  });

  it('leaves alone what is inert already', () => {
    for (const script of [
      "SELECT 'it''s \\', $$a\n\tb$$, \"x y\", E'\\n' /* – */ -- é",
      "\\set ON_ERROR_STOP on\n\\echo 'done'",
    ])
      expect(inertSql(script)).toBe(script);
  });

  it('lets nothing through that acts, whatever the script', () => {
    const piece = fc.oneof(
      hostileText.map(quoteLiteral),
      hostileText.map(quoteIdentifier),
      hostileText.map((text) => `$q$${text.replaceAll('$', '')}$q$`),
      hostileText,
      fc.constantFrom(' ', ';', "'", '"', '$$', '--', '\n', '/*', '*/', 'E', 'U&', 'SELECT'),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const script = inertSql(pieces.join(''));
        expect(script.replaceAll('\t', '')).not.toMatch(hostile);
      }),
    );
  });
});

it('the tokens of a script are the script', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom("'", '"', '$a$', '$$', '--', '\n', '\r', '/*', '*/', "E'", '\\', "U&'", ';', '$1', 'a$b$'),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const script = pieces.join('');
      expect([...tokensOf(script)].map(({ text }) => text).join('')).toBe(script);
    }),
  );
});
