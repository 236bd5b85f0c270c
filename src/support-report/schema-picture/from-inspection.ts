import { key, namesOf, parseKey } from '../../catalog/keys.js';
import type { CatalogObjects } from '../../catalog/snapshot.js';
import { everyTable } from '../../releases/registry.js';
import type { Line } from '../../releases/line.js';
import type { Expectation } from '../../catalog/expectation.js';
import type { Inspection } from '../../inspection/inspection.js';
import type { Redactor } from '../redaction/redactor.js';
import type { Fate, PictureLink, PictureTable, SchemaPicture } from './picture.js';

type Definitions = ReadonlyMap<string, string>;

/** The picture of a database: its own catalog, and what the due steps declare that they bring. Pure. */
export function pictureOf({ snapshot, plan, version }: Inspection, redactor: Redactor): SchemaPicture {
  const now = snapshot.objects;
  const declared = (steps: Inspection['plan']['steps']) =>
    steps.flatMap(({ step }) => step.checks).flatMap(({ expectations }) => expectations);
  const after = afterSteps(now, declared(plan.steps));
  // What a step that was applied should have made otherwise is broken; what a pending one changes is not.
  const broken = new Set(
    declared(plan.steps.filter(({ status }) => status !== 'pending')).flatMap((one) =>
      one.kind === 'body' ? [] : [one.key],
    ),
  );
  return {
    now: redactor.text(version.release?.version ?? ''),
    after: plan.steps.length === 0 ? null : redactor.text(version.target.version),
    tables: tablesOf(version.line, now, after, broken, redactor),
    links: linksOf(version.line, now, after, broken, redactor),
  };
}

/** The catalog as the due steps declare it. */
function afterSteps(now: CatalogObjects, expectations: readonly Expectation[]): Definitions {
  const after = new Map(now);
  for (const expectation of expectations) {
    if (expectation.kind === 'lacks') after.delete(expectation.key);
    if (expectation.kind !== 'has') continue;
    const found = now.get(expectation.key);
    if (found === undefined || expectation.accepts?.test(found) !== true)
      after.set(expectation.key, expectation.definition);
  }
  return after;
}

function tablesOf(
  { baseTables }: Line,
  now: Definitions,
  after: Definitions,
  broken: ReadonlySet<string>,
  redactor: Redactor,
): PictureTable[] {
  const names = new Set([...baseTables, ...namesOf(now.keys(), 'table'), ...namesOf(after.keys(), 'table')]);
  return [...names].map((name) => ({
    name: redactor.text(name),
    fate: tableFate(name, now, after, broken),
    columnsNow: partsOf(now, name, 'column').length,
    columnsAfter: partsOf(after, name, 'column').length,
  }));
}

function tableFate(name: string, now: Definitions, after: Definitions, broken: ReadonlySet<string>): Fate {
  if (!now.has(key.table(name))) return after.has(key.table(name)) ? 'new' : 'missing';
  if (!everyTable.has(name)) return 'other';
  const parts = (['column', 'constraint', 'index'] as const).flatMap((kind) => [
    ...new Set([...partsOf(now, name, kind), ...partsOf(after, name, kind)]),
  ]);
  const different = parts.filter((one) => now.get(one) !== after.get(one));
  if (different.length === 0) return 'kept';
  return different.some((one) => broken.has(one)) ? 'mended' : 'changed';
}

interface ForeignKey {
  readonly from: string;
  readonly to: string;
  readonly columns: string;
  readonly onDelete: PictureLink['onDelete'];
}

function linksOf(
  line: Line,
  now: Definitions,
  after: Definitions,
  broken: ReadonlySet<string>,
  redactor: Redactor,
): PictureLink[] {
  const expected = new Map(
    line.base
      .flatMap(({ expectations }) => expectations)
      .flatMap((one) => (one.kind === 'has' ? [[one.key, one.definition]] : [])),
  );
  const [before, then, base] = [foreignKeys(now), foreignKeys(after), foreignKeys(expected)];
  const missing = [...base].filter(([, one]) => ![...then.values()].some((known) => endsOf(known) === endsOf(one)));
  const shown = (one: ForeignKey, fate: Fate): PictureLink => ({
    from: redactor.text(one.from),
    to: redactor.text(one.to),
    columns: redactor.text(one.columns),
    onDelete: one.onDelete,
    fate,
  });
  return [
    ...[...then].map(([name, one]) => shown(one, linkFate(before.get(name), one, broken.has(name)))),
    ...missing.map(([, one]) => shown(one, 'missing')),
  ];
}

function linkFate(before: ForeignKey | undefined, after: ForeignKey, isBroken: boolean): Fate {
  if (before === undefined) return 'new';
  if (JSON.stringify(before) !== JSON.stringify(after)) return isBroken ? 'mended' : 'changed';
  return everyTable.has(after.from) && everyTable.has(after.to) ? 'kept' : 'other';
}

const endsOf = ({ from, to, columns }: ForeignKey) => `${from}(${columns})>${to}`;

/** Foreign keys by their catalog key, as pg_get_constraintdef writes them. */
function foreignKeys(objects: Definitions): Map<string, ForeignKey> {
  const found = new Map<string, ForeignKey>();
  for (const [name, definition] of objects) {
    const [, columns, quoted, plain] =
      /^FOREIGN KEY \((.+?)\) REFERENCES (?:"((?:[^"]|"")+)"|([\w$]+))\(/.exec(definition) ?? [];
    const to = quoted?.replaceAll('""', '"') ?? plain;
    const { kind, relation: from } = parseKey(name);
    if (
      kind !== 'constraint' ||
      columns === undefined ||
      to === undefined ||
      (!objects.has(key.table(to)) && objects.has(key.table(from)))
    )
      continue;
    const onDelete = (/ON DELETE (RESTRICT|CASCADE|SET NULL|SET DEFAULT)/.exec(definition)?.[1] ??
      'NO ACTION') as PictureLink['onDelete'];
    found.set(name, { from, to, columns, onDelete });
  }
  return found;
}

/** Keys of the parts of one table. */
function partsOf(objects: Definitions, table: string, kind: 'column' | 'constraint' | 'index'): string[] {
  return [...objects.keys()].filter((name) => name.startsWith(key[kind](table, '')));
}
