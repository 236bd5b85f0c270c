import { join } from 'node:path';
import type { Statement } from '../../database/split-statements.js';
import { splitStatements } from '../../database/split-statements.js';
import type { Finding } from '../../inspection/finding.js';
import { visible } from '../../inert/visible.js';
import { fileFailure, type Surroundings } from '../../machine/surroundings.js';
import { readScript } from '../../planning/schema/script.js';
import type { Release } from '../../releases/release.js';
import { readSql, sqlFilesIn } from '../../releases/sql-files.js';

/** A schema that can be loaded. */
export interface SchemaSource {
  readonly from: 'checkout' | 'package';
  /** The file, for a checkout's. */
  readonly file: string | null;
  /** For people. */
  readonly name: string;
  readonly statements: readonly Statement[];
}

/** Where a checkout of YokeFlow keeps it. */
export const IN_CHECKOUT = join('schema', 'postgresql', 'schema.sql');

/** This program's own, which is in its package. */
export function packageSource({ version, schema = '' }: Release): SchemaSource {
  const statements = sqlFilesIn(schema).flatMap((file) => splitStatements(readSql(file)));
  return { from: 'package', file: null, name: `this program's own schema of ${version}`, statements };
}

/**
 * The schema file of YokeFlow's checkout, where there is one and it can be run.
 * @param project absolute path of the checkout, as far as it is one
 * @param mounted files that the container has as its schema
 */
export function checkoutSource(
  project: string,
  mounted: readonly string[],
  from: Pick<Surroundings, 'exists' | 'readText'>,
): { readonly source?: SchemaSource; readonly unusable: readonly Finding[] } {
  const unusable: Finding[] = [];
  for (const file of [join(project, IN_CHECKOUT), ...mounted].filter((path) => from.exists(path))) {
    const read = readOne(file, from);
    if (typeof read !== 'string') return { source: { from: 'checkout', file, name: file, statements: read }, unusable };
    unusable.push(fileUnusable(file, [read]));
  }
  return { unusable };
}

/** Its statements, or why they cannot be run. */
function readOne(file: string, from: Pick<Surroundings, 'readText'>): readonly Statement[] | string {
  let text: string;
  try {
    text = from.readText(file);
  } catch (error) {
    return fileFailure(error);
  }
  if (
    !['projects', 'sessions'].every((table) => new RegExp(`\\bcreate\\s+table\\b[^;(]*\\b${table}\\b`, 'i').test(text))
  )
    return 'it makes no tables projects and sessions';
  const script = readScript(text);
  return script.refused ?? script.statements;
}

/** Why another schema is taken than the one of the checkout. */
export function fileUnusable(file: string, found: readonly string[]): Finding {
  return {
    code: 'YF363',
    title: visible(`${file} was not used: ${found.join('; ')}`),
    remedy:
      "Nothing has to be done: this program's own schema takes its place. For tables that a fork adds, load these afterwards.",
  };
}
