import { splitStatements, type Statement } from '../../database/split-statements.js';
import { tokensOf } from '../../inert/sql-tokens.js';

/** A schema file that this program did not write: what can be run of it inside a transaction, or why it cannot be. */
export type ReadScript =
  | { readonly statements: readonly Statement[]; readonly refused?: undefined }
  | { readonly refused: string };

/** Commands of psql that only change what psql prints or how it goes on after an error. */
const harmless = /^\\(?:echo|qecho|warn|set|unset|pset|timing|encoding|restrict|unrestrict|x|t|a|q)\b/;

/** Transaction control is this program's own, and so are the settings: the search path is set, and names are found by it. */
const leftOut =
  /^(?:BEGIN|START TRANSACTION|COMMIT|END|RESET|SET(?! (?:LOCAL |SESSION )?(?:ROLE|SESSION AUTHORIZATION)\b))\b/;
const settingByFunction = /^SELECT\s+(?:pg_catalog\s*\.\s*)?set_config\s*\(/i;

const kinds =
  'EXTENSION|TYPE|DOMAIN|(?:UNLOGGED )?TABLE|(?:UNIQUE )?INDEX|(?:MATERIALIZED )?VIEW|FUNCTION|PROCEDURE|AGGREGATE|(?:CONSTRAINT )?TRIGGER|SEQUENCE|STATISTICS|RULE|POLICY';
const allowed = [
  new RegExp(`^CREATE (?:OR REPLACE )?(?:${kinds})\\b`),
  new RegExp(`^(?:ALTER|DROP) (?:${kinds})\\b`),
  /^(?:COMMENT ON|DO|INSERT INTO|UPDATE|DELETE FROM|SELECT|ANALYZE)\b/,
  /^(?:GRANT|REVOKE)\b/,
];

/** How many words of a statement tell what it is. */
const TELLING_WORDS = 5;

/**
 * Reads a schema file statement by statement. What a transaction of this program's cannot hold, or what reaches beyond the
 * database, is refused by its name and line; transaction control, settings and psql's commands for its output are left out. Pure.
 */
export function readScript(text: string): ReadScript {
  const plain = withoutCommands(text);
  if (plain.refused !== undefined) return { refused: plain.refused };
  const statements: Statement[] = [];
  for (const statement of splitStatements(plain.sql)) {
    const words = wordsOf(statement.sql);
    if (leftOut.test(words) || settingByFunction.test(codeOf(statement.sql))) continue;
    const line = lineOfCode(statement);
    if (!allowed.some((shape) => shape.test(words))) return { refused: `line ${line}: ${firstWords(words)}` };
    if (/^(?:CREATE|DROP) (?:UNIQUE )?INDEX CONCURRENTLY\b/.test(words))
      return { refused: `line ${line}: CONCURRENTLY, which no transaction can hold` };
    if (/^(?:GRANT|REVOKE)\b/.test(words) && !/\bON\b/i.test(statement.sql))
      return { refused: `line ${line}: a role is given to another, which reaches beyond this database` };
    statements.push({ sql: statement.sql, line });
  }
  return statements.length === 0 ? { refused: 'there is no statement in it' } : { statements };
}

/** Takes psql's own commands out, to the end of their line. */
function withoutCommands(text: string): { sql: string; refused?: undefined } | { refused: string } {
  let sql = '';
  for (let rest = text; ; ) {
    const found = firstOddity(rest);
    if (found === undefined) return { sql: sql + rest };
    const [, command = ''] = /^(\\\S*|.)/s.exec(rest.slice(found)) ?? [];
    if (!harmless.test(command)) {
      const line = (sql + rest.slice(0, found)).split('\n').length;
      const what = command.startsWith('\\') ? `psql's command ${command}` : `a quotation is begun and never ended`;
      return { refused: `line ${line}: ${what}` };
    }
    sql += rest.slice(0, found);
    const end = rest.indexOf('\n', found);
    rest = end === -1 ? '' : rest.slice(end);
  }
}

/** Where the first character stands that no statement of SQL has outside of quotes; undefined where there is none. */
function firstOddity(text: string): number | undefined {
  let at = 0;
  for (const token of tokensOf(text)) {
    if (token.kind === 'other' && /^[\\'"$\0]$/.test(token.text)) return at;
    at += token.text.length;
  }
  return undefined;
}

/** A statement without its comments. */
const codeOf = (sql: string) =>
  [...tokensOf(sql)]
    .map(({ kind, text }) => (kind === 'comment' || kind === 'space' ? ' ' : text))
    .join('')
    .trim();

function wordsOf(sql: string): string {
  const words: string[] = [];
  for (const { kind, text } of tokensOf(sql)) {
    if (kind === 'comment' || kind === 'space') continue;
    if (kind !== 'word' || words.length === TELLING_WORDS) break;
    words.push(text.toUpperCase());
  }
  return words.join(' ');
}

const firstWords = (words: string) => words.split(' ').slice(0, 2).join(' ') || 'what is no statement of SQL';

/** The comments before a statement belong to it, and a reader looks for its first word. */
function lineOfCode({ sql, line }: Statement): number {
  let lines = 0;
  for (const { kind, text } of tokensOf(sql)) {
    if (kind !== 'comment' && kind !== 'space') break;
    lines += text.split('\n').length - 1;
  }
  return line + lines;
}
