import { parseKey } from '../catalog/keys.js';
import { kindOf, type ArchiveEntry } from '../backup/entries.js';
import { releases } from '../releases/registry.js';

/** What nothing else in an archive is built on. It is restored after all the rest, and what of it fails is told. */
const last: ReadonlySet<string> = new Set([
  'ACL',
  'DEFAULT ACL',
  'COMMENT',
  'SECURITY LABEL',
  'MATERIALIZED VIEW DATA',
  'EVENT TRIGGER',
  'PUBLICATION',
  'PUBLICATION TABLE',
  'PUBLICATION TABLES IN SCHEMA',
  'STATISTICS DATA',
  'BLOB COMMENTS',
]);

/** What holds no rows, and other things may be built on. */
const mayLack: ReadonlySet<string> = new Set([
  'EXTENSION',
  'FOREIGN DATA WRAPPER',
  'SERVER',
  'USER MAPPING',
  'FOREIGN TABLE',
  'PROCEDURAL LANGUAGE',
  'TRANSFORM',
  'CAST',
  'CONVERSION',
  'ACCESS METHOD',
  'STATISTICS',
  'TEXT SEARCH CONFIGURATION',
  'TEXT SEARCH DICTIONARY',
  'TEXT SEARCH PARSER',
  'TEXT SEARCH TEMPLATE',
  'VIEW',
  'MATERIALIZED VIEW',
  'FUNCTION',
  'PROCEDURE',
  'AGGREGATE',
  'TRIGGER',
  'RULE',
  'POLICY',
  'INDEX',
]);

/** The views, functions, triggers and indexes of YokeFlow's own: without one of them a restore is not whole. */
const yokeflows: ReadonlySet<string> = new Set(
  releases
    .flatMap(({ steps }) => steps)
    .flatMap(({ checks }) => checks)
    .flatMap(({ expectations }) => expectations)
    .flatMap((expectation) => {
      if (!('key' in expectation)) return [];
      const { kind, relation, name = relation } = parseKey(expectation.key);
      return ['view', 'function', 'trigger', 'index'].includes(kind) ? [name] : [];
    }),
);

/** Whether an entry is to be restored after all those that others may need. Pure. */
export const comesLast = (entry: ArchiveEntry): boolean => last.has(kindOf(entry));

/**
 * A subscription is never made: in the database that is replaced it goes on, and two of them would share one slot. A
 * database that has one cannot be dropped either ("DROP SUBSCRIPTION", Notes).
 */
export const isSubscription = (entry: ArchiveEntry): boolean => kindOf(entry).startsWith('SUBSCRIPTION');

/** Whether a restore may go on without it: it holds no rows and is not YokeFlow's. Pure. */
export function mayBeMissing(entry: ArchiveEntry): boolean {
  return (
    comesLast(entry) || (mayLack.has(kindOf(entry)) && !entry.what.split(/[ (]/).some((word) => yokeflows.has(word)))
  );
}
