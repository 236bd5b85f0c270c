import type { Session } from '../database/session.js';
import { UpgradeError } from '../errors/error.js';

/** The first oid that PostgreSQL gives to what users make (FirstNormalObjectId in transam.h). */
const FIRST_OF_USERS = 16_384;

/** Catalogs of what a user can have in a database without a table. */
const catalogs = [
  'pg_class',
  'pg_proc',
  'pg_type',
  'pg_namespace',
  'pg_extension',
  'pg_operator',
  'pg_constraint',
  'pg_event_trigger',
  'pg_default_acl',
  'pg_publication',
  'pg_collation',
  'pg_cast',
];

/** Everything that stands in a database, each with the transaction that wrote its row (xmin) and a name for people. */
type Standing = ReadonlyMap<string, { readonly written: string; readonly name: string }>;

/** @throws {DatabaseError | ConnectionLost} */
export async function readStanding(session: Session): Promise<Standing> {
  const rows = await session.rows<{ id: string; written: string; name: string }>(
    catalogs
      .map(
        (catalog) =>
          `SELECT '${catalog} ' || oid::text AS id, xmin::text AS written, COALESCE(pg_describe_object('${catalog}'::regclass, oid, 0), '${catalog} ' || oid::text) AS name FROM ${catalog} WHERE oid >= ${FIRST_OF_USERS}`,
      )
      .join(' UNION ALL '),
  );
  return new Map(rows.map(({ id, written, name }) => [id, { written, name }]));
}

/**
 * Makes sure that all that stood in a database before a schema was loaded is still as it was.
 * @throws {UpgradeError} YF362
 */
export function requireStanding(before: Standing, after: Standing): void {
  const changed = [...before].filter(([id, { written }]) => after.get(id)?.written !== written);
  if (changed.length === 0) return;
  throw new UpgradeError({
    code: 'YF362',
    message: `YokeFlow's schema was not loaded: it would have changed or dropped what was there before.`,
    found: changed.map(([id, { name }]) => `${name}: ${after.has(id) ? 'changed' : 'dropped'}`),
    remedy: 'Everything was rolled back. Give them other names, or move them to another schema. Then run it again.',
  });
}
