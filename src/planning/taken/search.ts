import { key, ofKind, parseKey } from '../../catalog/keys.js';
import type { Namesake } from '../../catalog/namesakes.js';
import type { CatalogObjects, Snapshot, TakenName } from '../../catalog/snapshot.js';
import { earlierNames, firstTables, shapesOf, type Need } from './needs.js';
import { isOwnShape } from './own-shape.js';
import { renameOf, whatItIs } from './words.js';

/** What bears the names that the steps need, in the schema that was read, and what of it is taken. */
export class Search {
  private readonly found = new Map<string, TakenName>();
  private readonly relations = new Map<string, Namesake>();
  private readonly types = new Map<string, Namesake>();
  private readonly columns = new Map<string, string[]>();
  readonly functions: readonly Namesake[];
  readonly constraints: readonly Namesake[];
  /** The keys of objects that are not YokeFlow's. */
  readonly foreignKeys = new Set<string>();
  /** Tables and views under YokeFlow's names that are not YokeFlow's. */
  readonly foreignRelations = new Set<string>();

  constructor(
    readonly schema: string,
    readonly objects: CatalogObjects,
    namesakes: readonly Namesake[],
  ) {
    const here = namesakes.filter((one) => one.schema === schema);
    for (const one of here) {
      if (one.space === 'relation') this.relations.set(one.name, one);
      if (one.space === 'type') this.types.set(one.name, one);
    }
    for (const { relation, name = '' } of ofKind(objects.keys(), 'column'))
      this.columns.set(relation, [...(this.columns.get(relation) ?? []), name]);
    this.functions = here.filter(({ space }) => space === 'function');
    this.constraints = here.filter(({ space }) => space === 'constraint');
  }

  get taken(): readonly TakenName[] {
    return [...this.found.values()];
  }

  relation(name: string): Namesake | undefined {
    return this.relations.get(name);
  }

  /** Whoever has the name of a table or view, whose row type takes a name among the types as well ("CREATE TABLE"). */
  relationOrType(name: string): Namesake | undefined {
    return this.relations.get(name) ?? this.types.get(name);
  }

  /** The columns that a table has now. */
  columnsOf(table: string): readonly string[] {
    return this.columns.get(table) ?? [];
  }

  /** Whether there is a table of that name that is YokeFlow's. */
  hasOwnTable(table: string): boolean {
    return this.objects.has(key.table(table)) && !this.foreignRelations.has(table);
  }

  /** Whether a part is on the table that it is needed on, be it under the name that the table had before. */
  isOnOwnTable({ table }: Pick<Namesake, 'table'>, wanted: string): boolean {
    return table !== null && [wanted, ...earlierNames(wanted)].includes(table) && this.hasOwnTable(table);
  }

  /** A table that no step makes keeps its parts whatever they are; a part on it that is not YokeFlow's proves nothing. */
  setApart(objectKey: string): void {
    if (firstTables.has(parseKey(objectKey).relation)) this.foreignKeys.add(objectKey);
  }

  add(need: Need, what: string, rename: string, more: Partial<TakenName> = {}): void {
    const { kind, relation, name } = parseKey(need.expectation.key);
    const full = name === undefined ? relation : kind === 'index' || kind === 'sequence' ? name : `${relation}.${name}`;
    const id = `${more.needed ?? kind} ${more.name ?? full} ${what}`;
    const steps = new Set([...(this.found.get(id)?.steps ?? []), need.step.id]);
    const wouldBeDropped = more.wouldBeDropped ?? false;
    this.found.set(id, { name: full, needed: kind, what, rename, wouldBeDropped, ...more, steps });
  }

  /** The name is borne by something that has a name of its own. */
  addNamesake(need: Need, namesake: Namesake, more: Partial<TakenName> = {}): void {
    const rename = renameOf(namesake, this.freeName(namesake.name));
    this.add(need, whatItIs(namesake), rename, more);
  }

  /** A name like the one that is taken that nothing bears, as far as is known. */
  freeName(name: string): string {
    const isFree = (one: string) =>
      ![key.table(one), key.view(one), key.function(one)].some((objectKey) => this.objects.has(objectKey));
    const names = [`my_${name}`, `my_own_${name}`, `my_other_${name}`];
    return names.find(isFree) ?? `my_very_own_${name}`;
  }

  isOwnRelation(namesake: Namesake, kind: 'table' | 'view'): boolean {
    const kinds = kind === 'table' ? ['table', 'partitioned table'] : ['view'];
    return (
      kinds.includes(namesake.what) &&
      namesake.extension === null &&
      isOwnShape(namesake.columns, shapesOf(kind, namesake.name))
    );
  }
}

/** What is left of a snapshot for the planner. Pure. */
export function withoutForeign(snapshot: Snapshot, search: Search, taken: readonly TakenName[]): Snapshot {
  const { foreignRelations, foreignKeys } = search;
  if (taken.length === 0 && foreignRelations.size === 0) return snapshot;
  const isForeign = (objectKey: string) => {
    const { kind, relation } = parseKey(objectKey);
    return foreignKeys.has(objectKey) || (!notParts.has(kind) && foreignRelations.has(relation));
  };
  const objects = new Map([...snapshot.objects].filter(([objectKey]) => !isForeign(objectKey)));
  return { ...snapshot, objects, taken };
}

const notParts: ReadonlySet<string> = new Set(['function', 'body', 'label']);
