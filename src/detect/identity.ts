import { ConnectionLost, DatabaseError, type Session } from '../database/session.js';

/** What tells one database from every other, however it is reached. */
export interface Identity {
  /**
   * `system_identifier` of pg_control_system(), which initdb makes up: it survives restarts, and physical copies (a
   * standby, a copied volume) share it. Null where the role may not ask; then the start time alone tells servers apart.
   */
  readonly systemIdentifier: string | null;
  /** pg_postmaster_start_time() in UTC, with microseconds: tells copies apart, and changes with each restart. */
  readonly startedAt: string | null;
  /** Of pg_database: a database that is dropped and made again, or restored, is another one. */
  readonly databaseOid: number;
  readonly database: string;
}

/**
 * Asks a database for its identity. Raises no error in the session's transaction: whether the role may call
 * pg_control_system() is looked up before, since not every managed server lets it ("System Information Functions").
 * @param mayAsk whether it may; undefined where nobody has looked
 * @throws {DatabaseError} where even the catalog may not be read
 * @throws {ConnectionLost}
 */
export async function readIdentity(session: Session, mayAsk?: boolean): Promise<Identity> {
  const [[row], known] = await Promise.all([
    session.rows<{ oid: number; database: string; started: string | null; may_ask: boolean | null }>(`
    SELECT d.oid::bigint AS oid, d.datname AS database,
           to_char(pg_postmaster_start_time() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS started,
           (SELECT has_function_privilege(p.oid, 'EXECUTE') FROM pg_proc p
             WHERE p.proname = 'pg_control_system' AND p.pronamespace = 'pg_catalog'::regnamespace) AS may_ask
      FROM pg_database d WHERE d.datname = current_database()`),
    mayAsk === true ? systemIdentifier(session) : null,
  ]);
  if (row === undefined) throw new ConnectionLost('the server did not name its database');
  return {
    systemIdentifier: mayAsk === undefined && row.may_ask ? await systemIdentifier(session) : known,
    startedAt: row.started,
    databaseOid: row.oid,
    database: row.database,
  };
}

async function systemIdentifier(session: Session): Promise<string | null> {
  // As text: a number of 64 bits is more than JSON can hold exactly.
  const [row] = await session.rows<{ id: string }>('SELECT system_identifier::text AS id FROM pg_control_system()');
  return row?.id ?? null;
}

/**
 * Whether two identities, read now, are of one database. Undefined where too little could be had of them to tell, and
 * then they have to be taken for two.
 */
export function sameDatabase(a: Identity, b: Identity): boolean | undefined {
  if (a.databaseOid !== b.databaseOid || a.database !== b.database) return false;
  if (differ(a.systemIdentifier, b.systemIdentifier) || differ(a.startedAt, b.startedAt)) return false;
  // Two servers never started in the same microsecond; a system identifier alone could be a copy's.
  return a.startedAt !== null && b.startedAt !== null ? true : undefined;
}

function differ(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && a !== b;
}

/** Like {@link readIdentity}, where nothing depends on it: undefined where it cannot be had. Not for within a transaction. */
export async function identityIfKnown(session: Session): Promise<Identity | undefined> {
  return readIdentity(session).catch((error: unknown) => {
    if (error instanceof DatabaseError || error instanceof ConnectionLost) return undefined;
    throw error;
  });
}
