import { PGlite } from '@electric-sql/pglite';
import { uuid_ossp } from '@electric-sql/pglite/contrib/uuid_ossp';
import semver from 'semver';
import { everyRelation } from '../src/releases/every-relation.js';
import { readCatalog } from '../src/catalog/read.js';
import type { CatalogObjects } from '../src/catalog/snapshot.js';
import { PgliteSession } from '../src/database/pglite-session.js';
import { schemaSql } from '../src/demo/fixtures.js';
import { apply } from '../src/engine/apply.js';
import { labelStatement } from '../src/inspection/change-sections.js';
import { readSql } from '../src/releases/sql-files.js';
import { inspect } from '../src/inspection/inspect.js';
import { Deadline } from '../src/machine/deadline.js';
import { releases } from '../src/releases/registry.js';
import type { EnumLabel } from '../src/releases/release.js';

/**
 * Applies the steps of a release to a scratch database at the release before it, and tells what came of each.
 * @param steps names of files in `sql/<version>`, without `.sql`, in the order in which they run
 * @param labels enum labels that the release brings; they count as the first step's
 * @returns the text of `src/releases/<version>/checks.ts`
 * @throws {Error} what PostgreSQL says of a step
 */
export async function checksOfRelease(
  version: string,
  steps: readonly string[],
  labels: readonly EnumLabel[],
): Promise<string> {
  const database = await PGlite.create({ extensions: { uuid_ossp } });
  try {
    await database.exec(schemaSql('base/1.0.0'));
    await upgradeBefore(database, version);
    let before = await objectsOf(database);
    const drafts: string[] = [];
    for (const [i, step] of steps.entries()) {
      if (i === 0) for (const label of labels) await database.exec(labelStatement(label, 'public'));
      const files = ['shared/ensure.sql', `${version}/${step}.sql`, 'shared/ensure-drop.sql'];
      await database.exec(['BEGIN; SET LOCAL search_path = public;', ...files.map(readSql), 'COMMIT;'].join('\n'));
      const after = await objectsOf(database);
      drafts.push(`${JSON.stringify(step)}: [${draft(step, before, after).join(',\n')}],`);
      before = after;
    }
    return checksFile(drafts.join('\n'));
  } finally {
    await database.close();
  }
}

async function upgradeBefore(database: PGlite, version: string): Promise<void> {
  const target = releases.filter((release) => semver.lt(release.version, version)).at(-1);
  if (target === undefined) throw new Error(`no release is older than ${version}`);
  const session = await PgliteSession.open(database);
  const job = {
    inspection: await inspect(session, target),
    failing: new Map<string, string>(),
    schema: undefined,
    backupFile: undefined,
    lockTimeoutMs: 1000,
    signal: new AbortController().signal,
  };
  const lockRetry = { lockTimeoutMs: 1000, deadline: new Deadline(0) };
  await apply(
    () => PgliteSession.open(database),
    job,
    lockRetry,
    () => undefined,
  );
}

async function objectsOf(database: PGlite): Promise<CatalogObjects> {
  return (await readCatalog(await PgliteSession.open(database), everyRelation)).objects;
}

/** The checks for whatever differs between two states of the catalog, as TypeScript. */
function draft(step: string, before: CatalogObjects, after: CatalogObjects): string[] {
  const differing = [...after].filter(([key, definition]) => before.get(key) !== definition);
  const named = (kind: string) =>
    differing.flatMap(([key]) => (key.startsWith(`${kind}:`) ? [key.slice(kind.length + 1)] : []));
  /** What a table or a view has of a kind, as the text of an object. */
  const parts = (kind: string, relation: string) => {
    const own = [...after].filter(([key]) => key.startsWith(`${kind}:${relation}.`));
    return Object.fromEntries(own.map(([key, definition]) => [key.slice(`${kind}:${relation}.`.length), definition]));
  };
  const [tables, views, functions] = [named('table'), named('view'), named('function')];
  const checks = [
    ...tables.map((name) => {
      const indexes = parts('index', name);
      const all = { columns: parts('column', name), constraints: parts('constraint', name) };
      const text = Object.keys(indexes).length > 0 ? { ...all, indexes } : all;
      return `...table(${JSON.stringify(name)}, ${JSON.stringify(text)})`;
    }),
    ...views.map((name) => `view(${JSON.stringify(name)}, ${JSON.stringify(parts('view column', name))})`),
    ...functions.map((name) => `fn(${JSON.stringify(name)}, ${JSON.stringify(after.get(`function:${name}`))})`),
  ];

  // Everything else is about a table that was there before, or of a kind that table() does not take.
  const byRelation = new Map<string, string[]>();
  const add = (key: string, expectation: string) => {
    const relation = key.slice(key.indexOf(':') + 1).split('.')[0] ?? '';
    byRelation.set(relation, [...(byRelation.get(relation) ?? []), expectation]);
  };
  for (const [key, definition] of differing) {
    const [kind = '', path = ''] = key.split(':');
    const relation = path.split('.')[0] ?? '';
    const covered = tables.includes(relation) ? /^(table|column|constraint|index)$/ : /^(view|function|body)$/;
    if (covered.test(kind) || kind === 'body' || (kind === 'view column' && views.includes(relation))) continue;
    // A label outlives a rollback, and what was there before in another form tells nothing either.
    const evidence = kind === 'label' || before.has(key) ? ', { evidence: false }' : '';
    add(key, `has(${keyText(key)}, ${JSON.stringify(definition)}${evidence})`);
  }
  for (const key of before.keys())
    if (!after.has(key) && !key.startsWith('body:')) add(key, `lacks(${keyText(key)}, { evidence: false })`);
  for (const [relation, expectations] of byRelation) {
    // By `label.` the dress rehearsal knows which checks cannot pass without the new labels.
    const own = named('label').filter((label) => label.startsWith(`${relation}.`));
    const names = own.map((label) => label.slice(relation.length + 1)).join(' and ');
    const [id, title] =
      own.length > 0
        ? [`label.${relation}`, `${relation} knows ${names}`]
        : [`of.${relation}`, `What ${relation} gets`];
    checks.push(
      `{ id: ${JSON.stringify(id)}, title: ${JSON.stringify(title)}, expectations: [${expectations.join(', ')}] }`,
    );
  }
  return checks;
}

/** A key as the call of `keys.ts` that makes it. */
function keyText(key: string): string {
  const [kind = '', path = ''] = key.split(':');
  const names = path.split('.').map((name) => JSON.stringify(name));
  return `key.${kind === 'view column' ? 'viewColumn' : kind}(${names.join(', ')})`;
}

function checksFile(drafts: string): string {
  const used = ['fn', 'has', 'lacks', 'table', 'view'].filter((name) => new RegExp(`\\b${name}\\(`).test(drafts));
  return [
    "import type { CatalogCheck } from '../../catalog/expectation.js';",
    ...(/\bkey\./.test(drafts) ? ["import { key } from '../../catalog/keys.js';"] : []),
    `import { ${used.join(', ')} } from '../define.js';`,
    '',
    `export const checks = {\n${drafts}\n} satisfies Record<string, CatalogCheck[]>;\n`,
  ].join('\n');
}
