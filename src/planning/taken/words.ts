import type { Namesake } from '../../catalog/namesakes.js';
import { quoteIdentifier } from '../../database/quote.js';
import { visible } from '../../inert/visible.js';

/** How many columns a message names. */
const NAMED = 6;

/** What bears a name, whose it is and what tells it from YokeFlow's, in a sentence without a full stop. Pure. */
export function whatItIs({ schema, name, what, owner, table, columns, signature, extension }: Namesake): string {
  const article = /^[aeiou]/.test(what) ? 'an' : 'a';
  const of = table === null ? '' : ` ${what === 'sequence' ? 'of' : 'on'} the table ${visible(table)}`;
  const brought = extension === null ? '' : `, which the extension ${visible(extension)} brought`;
  const its = signature === null ? '' : visible(signature);
  return `${visible(schema)}.${visible(name)}${its} is ${article} ${what} of ${visible(owner)}'s${of}${columnsText(columns)}${brought}`;
}

function columnsText(columns: Namesake['columns']): string {
  if (columns.length === 0) return '';
  const named = columns.slice(0, NAMED).map(([name, type]) => visible(`${name} ${type}`));
  const more = columns.length > NAMED ? ` and ${columns.length - NAMED} more` : '';
  return `, with the ${columns.length === 1 ? 'column' : 'columns'} ${named.join(', ')}${more}`;
}

/** SQL that gives it another name. Pure. */
export function renameOf(namesake: Namesake, newName: string): string {
  const { schema, name, what, table, identity } = namesake;
  const place = `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
  const to = quoteIdentifier(newName);
  if (namesake.space === 'constraint') {
    const on = `${quoteIdentifier(schema)}.${quoteIdentifier(table ?? '')}`;
    return what === 'constraint trigger'
      ? `ALTER TRIGGER ${quoteIdentifier(name)} ON ${on} RENAME TO ${to};`
      : `ALTER TABLE ${on} RENAME CONSTRAINT ${quoteIdentifier(name)} TO ${to};`;
  }
  if (namesake.space === 'function') {
    const kind = what === 'procedure' || what === 'aggregate' ? what.toUpperCase() : 'FUNCTION';
    const args = what === 'aggregate' && identity === '' ? '*' : (identity ?? '');
    return `ALTER ${kind} ${place}(${args}) RENAME TO ${to};`;
  }
  return `ALTER ${kindsOf[what] ?? 'TYPE'} ${place} RENAME TO ${to};`;
}

/** What ALTER calls a relation; whatever is not listed is a type. */
const kindsOf: Readonly<Record<string, string>> = {
  table: 'TABLE',
  'partitioned table': 'TABLE',
  view: 'VIEW',
  'materialized view': 'MATERIALIZED VIEW',
  'foreign table': 'FOREIGN TABLE',
  sequence: 'SEQUENCE',
  index: 'INDEX',
  'partitioned index': 'INDEX',
  domain: 'DOMAIN',
};
