import { key } from '../../catalog/keys.js';
import { needsOf } from './needs.js';
import type { Search } from './search.js';

/**
 * Functions under YokeFlow's names that no step can replace: CREATE OR REPLACE changes neither what a function returns nor the names
 * of its arguments, and another one beside it makes calls ambiguous ("CREATE FUNCTION", "Function Type Resolution"). One of the very
 * same signature is replaced, which is told beforehand, and its text is kept. Pure but for what it adds.
 */
export function searchFunctions(search: Search): void {
  for (const need of needsOf('function')) {
    const name = need.relation;
    const all = search.functions.filter((one) => one.name === name);
    const [own, wanted] = [need.expectation.definition, argumentTypes(need.expectation.definition)];
    const isOwn = (one: (typeof all)[number]) =>
      one.what === 'function' && one.extension === null && one.signature === own;
    for (const other of all.filter((one) => !isOwn(one))) {
      const isSame = other.argumentTypes.join() === wanted.join();
      // A procedure is called otherwise, so it is in nobody's way unless its arguments are the same.
      if (!isSame && other.what === 'procedure') continue;
      search.addNamesake(need, other, { wouldBeDropped: isSame });
    }
    // What is beside YokeFlow's own is a difference to it.
    if (!all.some(isOwn))
      for (const objectKey of [key.function(name), key.body(name)]) search.foreignKeys.add(objectKey);
  }
}

/** The types in `(p_name text, p_many integer DEFAULT 1) returns …`. Pure. */
export function argumentTypes(signature: string): string[] {
  const list = /^\((.*?)\)(?: returns [\s\S]*)?$/s.exec(signature)?.[1] ?? '';
  // A default may hold a comma in quotes, and a type one in parentheses.
  const parts = list.replace(/'(?:[^']|'')*'/g, "''").match(/(?:[^,(]|\([^)]*\))+/g) ?? [];
  return parts.map((part) =>
    part
      .replace(/ DEFAULT .*$/s, '')
      .trim()
      .replace(/^\w+ /, '')
      .replace(/\([\d,]+\)/, ''),
  );
}
