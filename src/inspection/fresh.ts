import type { Snapshot } from '../catalog/snapshot.js';
import { quoteIdentifier, quoteLiteral } from '../database/quote.js';
import type { Session } from '../database/session.js';
import { UpgradeError } from '../errors/error.js';
import { own } from '../errors/remedy.js';
import { inertSql } from '../inert/sql.js';
import { shellWord } from '../inert/shell.js';
import { visible } from '../inert/visible.js';
import { affectedObjects } from '../planning/affected-objects.js';
import { schemaNames } from '../planning/schema/names.js';
import type { Inspection } from './inspection.js';
import { obstaclesToAnyChange } from './obstacles.js';
import { cannotMake, unmakeableByNameQuery, type UnmakeableExtension } from './preflight-checks/extensions.js';
import { readLackingRights, type LackingRight } from './rights.js';

/** What a database without YokeFlow holds where YokeFlow's schema would go. */
export interface Ground {
  readonly schemaExists: boolean;
  /** Tables and views of the schema that no extension brought. */
  readonly relations: readonly string[];
  /** Objects of the user's that have a name of YokeFlow's, with their kind. */
  readonly namesakes: readonly string[];
  readonly hasUuids: boolean;
  readonly unmakeable: readonly Pick<UnmakeableExtension, 'name' | 'because' | 'role'>[];
  readonly lackingRights: readonly LackingRight[];
}

/** The extension whose uuid_generate_v4() is the default of YokeFlow's ids. */
const UUIDS = 'uuid-ossp';

/**
 * Looks at what stands where YokeFlow's schema would be loaded. Changes nothing.
 * @throws {DatabaseError | ConnectionLost}
 */
export async function readGround(session: Session, snapshot: Snapshot): Promise<Ground> {
  const { relations, types, functions } = schemaNames();
  const list = (names: readonly string[]) => `(${names.map(quoteLiteral).join(', ')})`;
  const notOfExtension = (catalog: string, oid: string) =>
    `NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '${catalog}'::regclass AND d.objid = ${oid} AND d.deptype = 'e')`;
  const inSchema = `(SELECT oid FROM pg_namespace WHERE nspname = ${quoteLiteral(snapshot.schema)})`;
  const [row] = await session.rows<{
    schema_exists: boolean;
    relations: string[];
    namesakes: string[];
    has_uuids: boolean;
    database_owner: string;
    may_create: boolean;
  }>(`
    SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = ${quoteLiteral(snapshot.schema)}) AS schema_exists,
           COALESCE((SELECT json_agg(c.relname ORDER BY c.relname) FROM pg_class c
                      WHERE c.relnamespace = ${inSchema} AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ${notOfExtension('pg_class', 'c.oid')}), '[]') AS relations,
           COALESCE((SELECT json_agg(DISTINCT o.name) FROM (
             SELECT CASE c.relkind WHEN 'S' THEN 'sequence ' WHEN 'c' THEN 'type ' WHEN 'i' THEN 'index ' ELSE 'relation ' END || c.relname AS name FROM pg_class c
              WHERE c.relnamespace = ${inSchema} AND c.relname IN ${list([...relations, ...types])}
             UNION ALL
             SELECT 'type ' || t.typname FROM pg_type t WHERE t.typnamespace = ${inSchema} AND t.typrelid = 0 AND t.typname IN ${list([...relations, ...types])}
             UNION ALL
             SELECT 'function ' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' FROM pg_proc p
              WHERE p.pronamespace = ${inSchema} AND p.proname IN ${list(functions)}) o), '[]') AS namesakes,
           EXISTS (SELECT FROM pg_extension WHERE extname = '${UUIDS}') AS has_uuids,
           (SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()) AS database_owner,
           has_database_privilege(current_database(), 'CREATE') AS may_create`);
  if (row === undefined) throw new Error('the query returned no row');
  const nothingYet = affectedObjects({ steps: [], labels: [], renames: [] }, snapshot);
  const { database } = snapshot;
  return {
    schemaExists: row.schema_exists,
    relations: row.relations,
    namesakes: row.namesakes,
    hasUuids: row.has_uuids,
    unmakeable: row.has_uuids ? [] : await session.rows(unmakeableByNameQuery([UUIDS])),
    lackingRights: [
      ...(await readLackingRights(session, snapshot, nothingYet)),
      // Whoever makes an extension needs it, be the extension trusted or not ("CREATE EXTENSION").
      ...(row.has_uuids || row.may_create
        ? []
        : [{ kind: 'database', name: database, privilege: 'CREATE', owner: row.database_owner } as const]),
    ],
  };
}

/** What stands in the way of loading YokeFlow's schema: everything at once. Pure. */
export function groundObstacles(ground: Ground, { snapshot, conditions, route }: Inspection): UpgradeError[] {
  const database = visible(snapshot.database);
  const schema = visible(snapshot.schema);
  const { relations, namesakes, schemaExists, unmakeable, lackingRights } = ground;
  const errors: UpgradeError[] = [];
  const notHere = (message: string, found: readonly string[], remedy: string) =>
    errors.push(new UpgradeError({ code: 'YF362', message, found, remedy }));
  if (!schemaExists)
    notHere(
      `YokeFlow's schema was not loaded: the database ${database} has no schema ${schema}.`,
      [],
      `Make it first, in psql: ${inertSql(`CREATE SCHEMA ${quoteIdentifier(snapshot.schema)}`)}`,
    );
  if (relations.length > 0)
    notHere(
      `YokeFlow's schema was not loaded: the schema ${schema} of the database ${database} is not empty.`,
      [`it has: ${shortList(relations)}`],
      `--init fills an empty database. Name YokeFlow's with --container NAME or --database-url URL, or an empty schema: --schema ${shellWord('NAME')}`,
    );
  else if (namesakes.length > 0)
    notHere(
      `YokeFlow's schema was not loaded: ${namesakes.length === 1 ? 'something of yours has a name' : `${namesakes.length} things of yours have names`} that YokeFlow needs in the schema ${schema}.`,
      [shortList(namesakes)],
      'Give them other names, or move them to another schema. Then run the same command again.',
    );
  if (unmakeable.length > 0) errors.push(cannotMake(unmakeable, "YokeFlow's schema", 'upgrade --init'));
  // Nobody owns tables that are not there yet: whoever loads them will.
  const asOwner = { ...snapshot, mayActAsOwner: true };
  errors.push(...obstaclesToAnyChange({ snapshot: asOwner, lackingRights, lockHolders: [], conditions, route }));
  return errors;
}

/** How many names a message lists. */
const LISTED = 8;

function shortList(names: readonly string[]): string {
  const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
  return `${names.slice(0, LISTED).map(visible).join(', ')}${more}`;
}

/** The next command where a database is empty. */
export const initCommand = own('upgrade', '--init');
