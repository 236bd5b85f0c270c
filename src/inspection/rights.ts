import type { Snapshot } from '../catalog/snapshot.js';
import { quoteLiteral } from '../database/quote.js';
import type { Session } from '../database/session.js';
import { everyBaseTable } from '../releases/registry.js';
import type { AffectedObjects } from '../planning/affected-objects.js';

type Privilege = 'owner' | 'CREATE' | 'TEMPORARY' | 'USAGE' | 'REFERENCES' | 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';

/** Something that the upgrade has to do and that the role which does it may not. */
export interface LackingRight {
  readonly kind: 'table' | 'view' | 'function' | 'type' | 'schema' | 'database' | 'tablespace';
  /** With its arguments, for a function. */
  readonly name: string;
  /** `owner`: only the object's owner may do it. */
  readonly privilege: Privilege;
  readonly owner: string;
}

interface NeededRight {
  readonly kind: 'relation' | 'function' | 'type' | 'schema' | 'database';
  readonly name: string;
  readonly privilege: Privilege;
}

/** The role that the statements of the transaction run as. */
export function actingRole({ owner, mayActAsOwner, server }: Snapshot): string {
  return owner !== null && mayActAsOwner ? owner : server.role;
}

/** Exactly what a plan needs to be allowed to do. Pure. */
function neededRights(
  { altered, referenced, views, functions, types, creates }: AffectedObjects,
  { schema, database }: Snapshot,
): NeededRight[] {
  const owned = (kind: NeededRight['kind'], names: ReadonlySet<string>) =>
    [...names].map((name): NeededRight => ({ kind, name, privilege: 'owner' }));
  const allowed = (name: string, privileges: readonly Privilege[]) =>
    privileges.map((privilege): NeededRight => ({ kind: 'relation', name, privilege }));
  return [
    { kind: 'schema', name: schema, privilege: 'USAGE' },
    ...(creates
      ? [
          { kind: 'schema' as const, name: schema, privilege: 'CREATE' as const },
          { kind: 'database' as const, name: database, privilege: 'TEMPORARY' as const },
        ]
      : []),
    ...owned('relation', altered),
    ...owned('relation', views),
    ...owned('function', functions),
    ...owned('type', types),
    ...[...referenced.keys()].flatMap((table) => allowed(table, ['REFERENCES'])),
    // The probes go through what YokeFlow does with its tables.
    ...everyBaseTable.flatMap((table) => allowed(table, ['SELECT', 'INSERT', 'UPDATE', 'DELETE'])),
  ];
}

/**
 * Reads which of the rights that a plan needs are lacking, by the name of each object.
 * @throws {DatabaseError | ConnectionLost}
 */
export async function readLackingRights(
  session: Session,
  snapshot: Snapshot,
  affected: AffectedObjects,
): Promise<LackingRight[]> {
  const needed = neededRights(affected, snapshot).map(
    ({ kind, name, privilege }, position) =>
      `(${position}, ${quoteLiteral(kind)}, ${quoteLiteral(name)}, ${quoteLiteral(privilege)})`,
  );
  const role = quoteLiteral(actingRole(snapshot));
  const owns = (owner: string) => `pg_has_role(${role}, ${owner}, 'USAGE')`;
  return session.rows<LackingRight>(`
    WITH needed (position, kind, name, privilege) AS (VALUES ${needed.join(', ')}),
         schema AS (SELECT oid, nspname, nspowner FROM pg_namespace WHERE nspname = ${quoteLiteral(snapshot.schema)})
    SELECT lacking.kind, lacking.name, lacking.privilege, pg_get_userbyid(lacking.owner_oid) AS owner
      FROM (SELECT n.position, CASE c.relkind WHEN 'v' THEN 'view' ELSE 'table' END AS kind, c.relname::text AS name, n.privilege, c.relowner AS owner_oid
              FROM needed n JOIN schema s ON true JOIN pg_class c ON c.relname = n.name AND c.relnamespace = s.oid
             WHERE n.kind = 'relation'
               AND NOT CASE n.privilege WHEN 'owner' THEN ${owns('c.relowner')} ELSE has_table_privilege(${role}, c.oid, n.privilege) END
            UNION ALL
            SELECT n.position, 'function', p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', n.privilege, p.proowner
              FROM needed n JOIN schema s ON true JOIN pg_proc p ON p.proname = n.name AND p.pronamespace = s.oid
             WHERE n.kind = 'function' AND NOT ${owns('p.proowner')}
            UNION ALL
            SELECT n.position, 'type', t.typname::text, n.privilege, t.typowner
              FROM needed n JOIN schema s ON true JOIN pg_type t ON t.typname = n.name AND t.typnamespace = s.oid
             WHERE n.kind = 'type' AND NOT ${owns('t.typowner')}
            UNION ALL
            SELECT n.position, 'schema', s.nspname::text, n.privilege, s.nspowner
              FROM needed n JOIN schema s ON true
             WHERE n.kind = 'schema' AND NOT has_schema_privilege(${role}, s.oid, n.privilege)
            UNION ALL
            SELECT n.position, 'database', d.datname::text, n.privilege, d.datdba
              FROM needed n JOIN pg_database d ON d.datname = current_database()
             WHERE n.kind = 'database' AND NOT has_database_privilege(${role}, d.oid, n.privilege)
            UNION ALL
            -- Where new objects of this session go. A name that is none is PostgreSQL's own default ("default_tablespace").
            SELECT ${needed.length}, 'tablespace', t.spcname::text, 'CREATE', t.spcowner
              FROM pg_tablespace t
             WHERE t.spcname = current_setting('default_tablespace') AND NOT has_tablespace_privilege(${role}, t.oid, 'CREATE')
               AND t.oid <> (SELECT dattablespace FROM pg_database WHERE datname = current_database())) lacking
     ORDER BY lacking.position`);
}
