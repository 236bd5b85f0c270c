import { replaceRowValues } from '../../redaction/row-values.js';
import { MASK, placeholder } from './placeholder.js';

const VALUE = placeholder('value');

/** One message of PostgreSQL without what it quotes of a row. */
export function maskRowValues(message: string): string {
  return replaceRowValues(message, { row: () => VALUE, key: () => VALUE, openKey: () => `${VALUE}…` });
}

/** How a string, a comment or a number begins in SQL. */
const token =
  /(?:\b[EBXNU]&?)?'|\$(?:[A-Za-z_]\w*)?\$|--|\/\*|"|(?<![\w$.])[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?![\w.])/gi;

/**
 * SQL without its values: strings, comments and, if wanted, numbers. Where a string has no end, or one that may be
 * another one's beginning, all the rest counts as value. Source: "Lexical Structure" in PostgreSQL's documentation.
 */
export function withoutValues(sql: string, { numbers }: { numbers: boolean }): string {
  let result = '';
  let from = 0;
  const search = new RegExp(token);
  for (let match = search.exec(sql); match; match = search.exec(sql)) {
    const found = match[0];
    const start = match.index;
    if (/\d$/.test(found)) {
      if (!numbers) continue;
      result += sql.slice(from, start) + VALUE;
      from = start + found.length;
      continue;
    }
    const end = endOf(found, sql, start + found.length);
    result += sql.slice(from, start) + replacement(found, end === undefined ? '' : sql.slice(start, end));
    if (end === undefined) return result;
    from = search.lastIndex = end;
  }
  return result + sql.slice(from);
}

function replacement(begin: string, whole: string): string {
  if (begin === '--' || begin === '/*') return '';
  if (begin !== '"') return VALUE;
  // A quoted identifier has no blanks worth keeping; anything else in these quotes is a value.
  return new RegExp(`^"[\\w$.${MASK}-]{1,63}"$`, 'u').test(whole) ? whole : `"${VALUE}"`;
}

/** Where a string, a comment or a quoted name ends; undefined where that is not certain. */
function endOf(begin: string, sql: string, from: number): number | undefined {
  const close = begin.endsWith("'") ? "'" : begin === '--' ? '\n' : begin === '/*' ? '*/' : begin;
  let end = sql.indexOf(close, from);
  if (begin === '--') return end === -1 ? sql.length : end;
  for (; end !== -1; end = sql.indexOf(close, end + 2)) {
    // Comments nest.
    if (begin === '/*' && sql.slice(from, end).includes('/*')) return undefined;
    if (close !== "'" && close !== '"') return end + close.length;
    // A backslash before the quote ends the string or does not, depending on a setting.
    if (close === "'" && sql[end - 1] === '\\') return undefined;
    if (sql[end + 1] !== close) return end + 1;
  }
  return undefined;
}
