import { key, parseKey } from '../../catalog/keys.js';
import { quoteIdentifier } from '../../database/quote.js';
import { visible } from '../../inert/visible.js';
import { earlierNames, firstTables, isIndexed, needsOf, type Need } from './needs.js';
import { isComputed, typeOf } from './own-shape.js';
import type { Search } from './search.js';

/** Columns, constraints, indexes and triggers, of YokeFlow's tables and of others. Pure but for what it adds. */
export function searchParts(search: Search): void {
  for (const need of needsOf('column')) searchColumn(search, need);
  for (const need of needsOf('index')) searchIndex(search, need);
  for (const need of needsOf('constraint')) searchConstraint(search, need);
  for (const need of needsOf('trigger')) searchTrigger(search, need);
}

const placeOf = (search: Search, table: string) => `${quoteIdentifier(search.schema)}.${quoteIdentifier(table)}`;

function searchColumn(search: Search, need: Need): void {
  const { relation: table, part: column, step } = need;
  const { definition, accepts } = need.expectation;
  const found = search.objects.get(key.column(table, column));
  if (found === undefined || !search.hasOwnTable(table) || accepts?.test(found) === true) return;
  const [type, wanted] = [typeOf(found), typeOf(definition)];
  const isRetyped = step.replaces.some((one) => one.relation === table && one.column === column && one.comesBack);
  if (isComputed(found) === isComputed(definition) && (type === wanted || isRetyped)) return;
  search.setApart(key.column(table, column));
  const retyped = `ALTER TABLE ${placeOf(search, table)} ALTER COLUMN ${quoteIdentifier(column)} TYPE ${wanted} USING ${quoteIdentifier(column)}::${wanted};`;
  search.add(
    need,
    `the column ${table}.${column} is ${visible(found)}, and YokeFlow's is ${definition}`,
    `ALTER TABLE ${placeOf(search, table)} RENAME COLUMN ${quoteIdentifier(column)} TO ${quoteIdentifier(search.freeName(column))};`,
    {
      wouldBeDropped: true,
      ...(isComputed(found) ? {} : { otherwise: `or, if it is meant to be YokeFlow's: ${retyped}` }),
    },
  );
}

function searchIndex(search: Search, need: Need): void {
  const { relation: table, part: name } = need;
  const namesake = search.relation(name);
  if (namesake === undefined) return;
  const isIndex = namesake.what.endsWith('index') && search.isOnOwnTable(namesake, table);
  const isConstraint = [table, ...earlierNames(table)].some((one) => search.objects.has(key.constraint(one, name)));
  const mayBeConstraint = need.step.checks.some(({ expectations }) =>
    expectations.some((one) => one.kind === 'lacks' && one.key === key.constraint(table, name)),
  );
  if (isIndex && (!isConstraint || mayBeConstraint)) return;
  search.addNamesake(need, namesake);
}

function searchConstraint(search: Search, need: Need): void {
  const { relation: table, part: name } = need;
  const { definition, accepts } = need.expectation;
  const objectKey = key.constraint(table, name);
  const found = search.hasOwnTable(table) ? search.objects.get(objectKey) : undefined;
  const odd = search.constraints.find((one) => one.name === name && one.table === table && search.hasOwnTable(table));
  if (odd) search.addNamesake(need, odd);
  if (found !== undefined) {
    if (isSameRule(found, definition, columnsOf(search, table)) || accepts?.test(found) === true) return;
    search.setApart(objectKey);
    search.add(
      need,
      `the constraint ${name} of ${table} is ${visible(found)}, and YokeFlow's is ${definition}`,
      `ALTER TABLE ${placeOf(search, table)} RENAME CONSTRAINT ${quoteIdentifier(name)} TO ${quoteIdentifier(search.freeName(name))};`,
    );
    return;
  }
  if (!isIndexed(definition)) return;
  const namesake = search.relation(name);
  if (namesake && !isIndexOfConstraint(search, namesake.table, name, table)) search.addNamesake(need, namesake);
  const other = otherPrimaryKey(search, table);
  if (definition.startsWith('PRIMARY KEY') && other !== undefined) {
    const [otherName, its] = other;
    search.add(
      need,
      `the primary key of ${table} is ${visible(otherName)} ${visible(its)}, and YokeFlow's is ${name} ${definition}`,
      its === definition
        ? `ALTER TABLE ${placeOf(search, table)} RENAME CONSTRAINT ${quoteIdentifier(otherName)} TO ${quoteIdentifier(name)};`
        : `ALTER TABLE ${placeOf(search, table)} RENAME TO ${quoteIdentifier(search.freeName(table))};`,
    );
  }
}

/** An index that is a constraint's of a table with an earlier name is renamed along with that. */
const isIndexOfConstraint = (search: Search, on: string | null, name: string, table: string) =>
  on !== null &&
  earlierNames(table).includes(on) &&
  search.hasOwnTable(on) &&
  search.objects.has(key.constraint(on, name));

function otherPrimaryKey(search: Search, table: string): [name: string, definition: string] | undefined {
  if (firstTables.has(table) || !search.hasOwnTable(table)) return undefined;
  for (const [objectKey, definition] of search.objects) {
    const { kind, relation, name } = parseKey(objectKey);
    if (kind === 'constraint' && relation === table && definition.startsWith('PRIMARY KEY'))
      return [name ?? '', definition];
  }
  return undefined;
}

/** The columns of a table, and those that it is going to have. */
function columnsOf(search: Search, table: string): readonly string[] {
  const wanted = needsOf('column').flatMap(({ relation, part }) => (relation === table ? [part] : []));
  return [...search.columnsOf(table), ...wanted];
}

/** Whether a constraint is YokeFlow's, perhaps altered: of the same kind, and about one of the same columns. */
function isSameRule(found: string, wanted: string, columns: readonly string[]): boolean {
  const kindOf = (definition: string) => definition.split(/[( ]/, 1)[0];
  if (kindOf(found) !== kindOf(wanted)) return false;
  const about = (definition: string) => {
    const own = definition.replace(/ REFERENCES .*$/s, '');
    return columns.filter((column) => new RegExp(`(?<![\\w"])"?${escaped(column)}"?(?![\\w"])`).test(own));
  };
  const target = (definition: string) => / REFERENCES ([^(]+)\(/.exec(definition)?.[1];
  const ours = about(wanted);
  return (
    target(found) === target(wanted) && (ours.length === 0 || about(found).some((column) => ours.includes(column)))
  );
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function searchTrigger(search: Search, need: Need): void {
  const { relation: table, part: name } = need;
  const found = search.hasOwnTable(table) ? search.objects.get(key.trigger(table, name)) : undefined;
  const callOf = (definition: string) => /EXECUTE FUNCTION ([^(]+)\(/.exec(definition)?.[1];
  if (found === undefined || callOf(found) === callOf(need.expectation.definition)) return;
  search.setApart(key.trigger(table, name));
  search.add(
    need,
    `the trigger ${name} of ${table} is ${visible(found)}, and YokeFlow's is ${need.expectation.definition}`,
    `ALTER TRIGGER ${quoteIdentifier(name)} ON ${placeOf(search, table)} RENAME TO ${quoteIdentifier(search.freeName(name))};`,
  );
}
