export interface Statement {
  readonly sql: string;
  /** Line on which it begins, counted from 1. */
  readonly line: number;
}

/**
 * One token at a time: what a semicolon can hide in, a semicolon, or a run of anything else.
 * Source: PostgreSQL, "Lexical Structure". E'…' strings with escaped quotes are the one place where a
 * backslash counts.
 */
const TOKEN = /--[^\n]*|\/\*[\s\S]*?\*\/|\b[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$(?:[A-Za-z_][A-Za-z_0-9]*)?\$)[\s\S]*?\1|;|[^;'"$/eE-]+|[\s\S]/g;

/**
 * Splits a script into its statements, so that each can be run, timed and blamed by itself.
 * Comments before a statement belong to it; a rest without SQL is left out.
 */
export function splitStatements(script: string): Statement[] {
  const statements: Statement[] = [];
  let start = 0;
  let hasSql = false;
  const finish = (end: number) => {
    const text = script.slice(start, end);
    if (hasSql) {
      const leading = /^\s*/.exec(text)?.[0].length ?? 0;
      statements.push({ sql: text.trim(), line: script.slice(0, start + leading).split('\n').length });
    }
    hasSql = false;
  };
  for (const { 0: token, index } of script.matchAll(TOKEN)) {
    if (token === ';') {
      finish(index);
      start = index + 1;
    } else if (!token.startsWith('--') && !token.startsWith('/*') && token.trim() !== '') {
      hasSql = true;
    }
  }
  finish(script.length);
  return statements;
}
