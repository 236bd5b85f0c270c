import { parseKey } from './keys.js';
import type { Session } from '../database/session.js';
import { UpgradeError } from '../errors/error.js';
import { withoutSchemas } from './without-schemas.js';
import { catalogQuery, foreignKeysQuery } from './query.js';
import type { ForeignOwned, Shadowing, Snapshot } from './snapshot.js';

interface CatalogRow {
  version: string;
  version_number: number;
  role: string;
  is_superuser: boolean;
  in_recovery: boolean;
  read_only: boolean;
  checks_clients: boolean;
  makes_uuids: boolean;
  tells_system: boolean;
  database: string;
  size_bytes: number;
  schema: string;
  candidate_schemas: string[];
  whole_schemas: string[];
  relation_count: number;
  table_count: number;
  owner: string | null;
  may_act_as_owner: boolean;
  owner_is_superuser: boolean;
  shadowing: Shadowing[];
  foreign_owned: ForeignOwned[];
  safe_path: string[];
  hidden_rows: string[];
  may_keep_history: boolean;
  extension_schemas: string[];
  objects: Record<string, string>;
}

/**
 * Reads the catalog in one query.
 * @param relations the names of YokeFlow's tables and views
 * @param schema read this schema instead of looking for YokeFlow's
 * @throws {UpgradeError} YF309 on a server whose catalog is too old to be read
 * @throws {DatabaseError} when the role may not read the catalog
 * @throws {ConnectionLost}
 */
export async function readCatalog(session: Session, relations: readonly string[], schema?: string): Promise<Snapshot> {
  // Asked first and not on an error: after one, a transaction answers nothing, and what went wrong would be lost.
  await refuseTooOld(session);
  const [row] = await session.rows<CatalogRow>(catalogQuery(session.defaultPath, relations, schema));
  if (row === undefined) throw new Error('the catalog query returned no row');
  return {
    server: {
      version: row.version.split(' ')[0] ?? row.version,
      versionNumber: row.version_number,
      role: row.role,
      isSuperuser: row.is_superuser,
      inRecovery: row.in_recovery,
      readOnly: row.read_only,
      checksClients: row.checks_clients,
      makesUuids: row.makes_uuids,
      tellsSystem: row.tells_system,
    },
    database: row.database,
    sizeBytes: row.size_bytes,
    schema: row.schema,
    candidateSchemas: row.candidate_schemas,
    wholeSchemas: row.whole_schemas,
    relationCount: row.relation_count,
    tableCount: row.table_count,
    owner: row.owner,
    mayActAsOwner: row.may_act_as_owner,
    ownerIsSuperuser: row.owner_is_superuser,
    shadowing: row.shadowing,
    foreignOwned: row.foreign_owned,
    safePath: row.safe_path,
    hiddenRows: row.hidden_rows,
    mayKeepHistory: row.may_keep_history,
    extensionSchemas: row.extension_schemas,
    taken: [],
    objects: new Map(
      Object.entries(row.objects).map(([key, definition]) =>
        // A function's source is compared as it is; its own qualifiers mean something.
        [key, parseKey(key).kind === 'body' ? definition : compared(definition)],
      ),
    ),
  };
}

/**
 * Reads the foreign keys of these tables as {@link readCatalog} does, and nothing else.
 * @throws {DatabaseError | ConnectionLost}
 */
export async function readForeignKeys(
  session: Session,
  schema: string,
  tables: readonly string[],
): Promise<[key: string, definition: string][]> {
  const rows = await session.rows<{ key: string; definition: string }>(foreignKeysQuery(schema, tables));
  return rows.map(({ key, definition }) => [key, compared(definition)]);
}

/** pg_attribute.attgenerated came with 12, pg_proc.prokind with 11. */
const OLDEST_READABLE = 120000;

async function refuseTooOld(session: Session): Promise<void> {
  if (session.versionNumber >= OLDEST_READABLE) return;
  const [server] = await session.rows<{ version: string }>(`SELECT current_setting('server_version') AS version`);
  throw new UpgradeError({
    code: 'YF309',
    message: `PostgreSQL ${server?.version ?? session.versionNumber} is too old: 13 or later is needed, or 12 with the extension pgcrypto.`,
    remedy: 'Upgrade PostgreSQL first (dump, new server, restore), then run this again.',
  });
}

const compared = (definition: string): string => asReleased(withoutSchemas(definition));

/**
 * Undoes what one dump and restore does to a definition: PostgreSQL prints `x IN ('a', 'b')` on a varchar as a cast of
 * the whole array, and reads that back as a cast of each element. Both mean the same.
 */
export function asReleased(definition: string): string {
  return definition.replace(
    /ARRAY\[((?:\('(?:[^']|'')*'::character varying\)::text(?:, )?)+)\]/g,
    (_, elements: string) =>
      `(ARRAY[${elements.replace(/\(('(?:[^']|'')*'::character varying)\)::text/g, '$1')}])::text[]`,
  );
}
