import { readFileSync } from 'node:fs';
import { readSql, sqlFilesIn } from '../releases/sql-files.js';

const fixtures = new URL('../../fixtures/', import.meta.url);

/** The release that `demo` begins with. */
export const demoRelease = '1.3.0';

/** Reads a file of the package's fixtures folder, which lies beside dist (and beside src). */
export function readFixture(path: string): string {
  return readFileSync(new URL(path, fixtures), 'utf8');
}

/**
 * The script that makes a schema as its release's documented commands leave it, without rows.
 * @param name a release's folder and a schema of its `schemas.json`: `1.1.1/1.3.0`. There `@name` stands for the parts of another schema;
 *   a name without a folder is of the same one; `sql:` begins a file, or a whole folder, of the package's sql folder.
 * @throws {Error} where there is no such schema
 */
export function schemaSql(name: string): string {
  const [folder = '', schema = ''] = name.split('/');
  const parts = (JSON.parse(readFixture(`${folder}/schemas.json`)) as Record<string, string[]>)[schema];
  if (parts === undefined) throw new Error(`fixtures/${folder}/schemas.json has no schema "${schema}"`);
  const within = (part: string) => (part.includes('/') ? part : `${folder}/${part}`);
  const sqlOf = (part: string) => {
    if (part.startsWith('sql:')) return ownSql(part.slice('sql:'.length));
    return part.startsWith('@') ? schemaSql(within(part.slice(1))) : partSql(within(part));
  };
  return parts.map(sqlOf).join('\n');
}

/** What a fresh database is given is also what YokeFlow's own installation leaves behind, so it is written once. */
function ownSql(name: string): string {
  const files = /\/\d\d_/.test(name) ? [`${name}.sql`] : sqlFilesIn(name);
  return files.map(readSql).join('\n');
}

/** One part of a schema, by its folder and name: `1.4.0/011-labels`. */
export function partSql(name: string): string {
  return readFixture(`${name.replace('/', '/schema/')}.sql`);
}

/** Rows for a schema, by folder and name: `base/running`. */
export function rowsSql(name: string): string {
  return readFixture(`${name.replace('/', '/rows/')}.sql`);
}
