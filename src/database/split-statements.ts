import { tokensOf } from '../inert/sql-tokens.js';

export interface Statement {
  readonly sql: string;
  /** Line on which it begins, counted from 1. */
  readonly line: number;
}

/**
 * Splits a script into its statements, so that each can be run, timed and blamed by itself. Comments before a statement belong to it; a rest
 * without SQL is left out. As in psql, a semicolon in brackets ends nothing, nor does one in a body that is written in SQL (BEGIN ATOMIC).
 */
export function splitStatements(script: string): readonly Statement[] {
  const known = split.get(script);
  if (known !== undefined) return known;
  const statements = takeApart(script);
  split.set(script, statements);
  return statements;
}

/** The scripts of a run, which are needed again for its second pass. */
const split = new Map<string, readonly Statement[]>();

function takeApart(script: string): Statement[] {
  const statements: Statement[] = [];
  let [start, at, brackets] = [0, 0, 0];
  let words: string[] = [];
  let body = 0;
  let hasSql = false;
  const finish = (end: number) => {
    const text = script.slice(start, end);
    if (hasSql) {
      const leading = /^\s*/.exec(text)?.[0].length ?? 0;
      statements.push({ sql: text.trim(), line: script.slice(0, start + leading).split('\n').length });
    }
    [start, brackets, words, body, hasSql] = [end + 1, 0, [], 0, false];
  };
  for (const { kind, text } of tokensOf(script)) {
    if (text === ';' && brackets === 0 && body === 0) finish(at);
    else if (kind !== 'comment' && kind !== 'space' && text !== ';') hasSql = true;
    if (text === '(') brackets++;
    else if (text === ')') brackets = Math.max(0, brackets - 1);
    else if (kind === 'word') {
      const word = text.toLowerCase();
      if (words.length < 4) words.push(word);
      if (brackets === 0) body = Math.max(0, body + bodyStep(word, words, body));
    }
    at += text.length;
  }
  finish(script.length);
  return statements;
}

/** How much deeper a word leads into the body of a function. Source: psqlscan.l of psql, which counts BEGIN, CASE and END. */
function bodyStep(word: string, first: readonly string[], depth: number): number {
  if (!/^create (?:or replace )?(?:function|procedure)\b/.test(first.join(' '))) return 0;
  if (word === 'begin') return 1;
  if (word === 'case') return depth > 0 ? 1 : 0;
  return word === 'end' ? -1 : 0;
}
