import { quoteIdentifier, quoteLiteral } from '../../database/quote.js';
import { notOfExtension } from '../../catalog/query.js';
import type { Snapshot } from '../../catalog/snapshot.js';
import type { UpgradeError } from '../../errors/error.js';
import { inertSql } from '../../inert/sql.js';
import { visible } from '../../inert/visible.js';
import { refusals } from '../refusals.js';

/** Something that pg_dump has to read and may not. */
export interface Unreadable {
  readonly kind: 'schema' | 'table' | 'sequence';
  readonly schema: string;
  /** Null for the schema itself. */
  readonly name: string | null;
  readonly owner: string;
}

/** What of the database a dump of one role would lack, so that pg_dump stops. */
export interface DumpRights {
  /** The role that pg_dump connects as. */
  readonly role: string;
  readonly unreadable: readonly Unreadable[];
  readonly largeObjects: number;
  /** Tables whose policies hold for the role, with their schema. */
  readonly policed: readonly string[];
}

/** How many objects a refusal names. */
const NAMED = 20;

/**
 * What a whole dump reads ("pg_dump", and getTables, dumpTableData, dumpSequenceData and dumpLOs in its source): LOCK TABLE … IN
 * ACCESS SHARE MODE and COPY of each table, the value of each sequence, each large object. All of them by name, so that it
 * takes USAGE on their schemas. What an extension brought is left out but for the tables that it declares as configuration. Views,
 * materialized views, functions and types are read from the catalog, and rows of foreign tables are not dumped.
 * @param role the one that pg_dump connects as; undefined for that of the session
 */
export const dumpRightsQuery = (role: string | undefined, serverVersion: number) => `
  WITH me AS (SELECT oid, rolname, rolsuper, rolbypassrls FROM pg_roles
               WHERE rolname = ${role === undefined ? 'current_user' : `COALESCE((SELECT rolname FROM pg_roles WHERE rolname = ${quoteLiteral(role)}), current_user)`}),
       dumped AS (
         SELECT c.oid, c.relname, c.relkind, c.relowner, c.relacl, c.relrowsecurity, c.relforcerowsecurity, n.oid AS schema, n.nspname, n.nspowner
           FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE c.relkind IN ('r', 'p', 'S') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
            AND (${notOfExtension('pg_class', 'c.oid')} OR c.oid IN (SELECT unnest(extconfig) FROM pg_extension))
            -- A superuser may read all of it.
            AND NOT (SELECT rolsuper FROM me)),
       unreadable AS (
         SELECT DISTINCT 'schema' AS kind, d.nspname AS schema, NULL::name AS name, d.nspowner AS owner FROM dumped d, me WHERE NOT has_schema_privilege(me.oid, d.schema, 'USAGE')
         UNION ALL
         SELECT CASE d.relkind WHEN 'S' THEN 'sequence' ELSE 'table' END, d.nspname, d.relname, d.relowner FROM dumped d, me
          -- To ask for the rights of each of many tables takes long, and an owner has them unless somebody took them away.
          WHERE NOT (d.relowner = me.oid AND d.relacl IS NULL) AND NOT CASE d.relkind WHEN 'S' THEN has_sequence_privilege(me.oid, d.oid, 'SELECT')
                    -- It is locked only, for which from 16 on any of these does ("LOCK").
                    WHEN 'p' THEN has_table_privilege(me.oid, d.oid, '${serverVersion >= 160000 ? 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE' : 'SELECT'}')
                    ELSE has_table_privilege(me.oid, d.oid, 'SELECT') END)
  SELECT json_build_object(
    'role', me.rolname,
    'unreadable', COALESCE((SELECT json_agg(json_build_object('kind', u.kind, 'schema', u.schema, 'name', u.name, 'owner', pg_get_userbyid(u.owner)) ORDER BY u.schema, u.name NULLS FIRST) FROM unreadable u), '[]'),
    'largeObjects', (SELECT count(*) FROM pg_largeobject_metadata l
                      WHERE NOT me.rolsuper AND current_setting('lo_compat_privileges') = 'off' AND NOT pg_has_role(me.oid, l.lomowner, 'USAGE')
                        AND NOT EXISTS (SELECT FROM aclexplode(l.lomacl) a WHERE a.privilege_type = 'SELECT'
                                           AND (a.grantee = 0 OR CASE WHEN a.grantee <> 0 THEN pg_has_role(me.oid, a.grantee, 'USAGE') END))),
    'policed', COALESCE((SELECT json_agg(d.nspname || '.' || d.relname ORDER BY d.nspname, d.relname) FROM dumped d
                      -- pg_dump sets row_security = off, and then such a table cannot be read at all ("Row Security Policies").
                      WHERE d.relkind = 'r' AND d.relrowsecurity AND NOT me.rolsuper AND NOT me.rolbypassrls
                        AND (d.relforcerowsecurity OR NOT pg_has_role(me.oid, d.relowner, 'USAGE'))), '[]')) FROM me`;

/** Why no backup of this database can be made by the role. Pure. */
export function dumpObstacles(
  { role, unreadable, largeObjects, policed }: DumpRights,
  { server, database }: Pick<Snapshot, 'server' | 'database'>,
): UpgradeError[] {
  const instead =
    'Or connect as a superuser with --database-url URL. To upgrade without a backup, where you have one of your own: --no-backup';
  return refusals(
    (unreadable.length > 0 || largeObjects > 0) && {
      code: 'YF354',
      message: `The role ${visible(role)} may not read all of the database ${visible(database)}, and a backup holds all of it: pg_dump would stop.`,
      found: [
        ...named(
          unreadable.map(
            ({ kind, schema, name, owner }) =>
              `no ${name === null ? 'USAGE' : 'SELECT'} on ${kind} ${schema}${name === null ? '' : `.${name}`}, which belongs to ${owner}`,
          ),
        ),
        ...(largeObjects > 0
          ? [`no SELECT on ${largeObjects === 1 ? 'a large object' : `${largeObjects} large objects`} of other roles`]
          : []),
      ],
      remedy: `Let a superuser run, in psql: ${inertSql(toRead({ role, unreadable, largeObjects }, server.versionNumber).join(' '))} ${instead}`,
    },
    policed.length > 0 && {
      code: 'YF355',
      message: `Row security holds for the role ${visible(role)} on ${policed.length === 1 ? 'a table' : `${policed.length} tables`} of the database ${visible(database)}, and a backup holds every row: pg_dump would stop.`,
      found: named(policed.map((table) => `policies hold for this role on table ${table}`)),
      remedy: `Let a superuser run, in psql: ${inertSql(`ALTER ROLE ${quoteIdentifier(role)} BYPASSRLS;`)} ${instead}`,
    },
  );
}

/** What gives the role the right to read all of it. pg_read_all_data came with 14 and does not hold for large objects ("Predefined Roles"). */
function toRead(
  { role, unreadable, largeObjects }: Pick<DumpRights, 'role' | 'unreadable' | 'largeObjects'>,
  serverVersion: number,
): string[] {
  const to = quoteIdentifier(role);
  const objects =
    serverVersion >= 140000
      ? [`GRANT pg_read_all_data TO ${to};`]
      : unreadable
          .slice(0, NAMED)
          .map(
            ({ kind, schema, name }) =>
              `GRANT ${name === null ? 'USAGE' : 'SELECT'} ON ${kind.toUpperCase()} ${[schema, ...(name === null ? [] : [name])].map(quoteIdentifier).join('.')} TO ${to};`,
          );
  return [
    ...(unreadable.length > 0 ? objects : []),
    ...(largeObjects > 0 ? [`ALTER ROLE ${to} SET lo_compat_privileges = on;`] : []),
  ];
}

function named(lines: readonly string[]): string[] {
  return [...lines.slice(0, NAMED), ...(lines.length > NAMED ? [`and ${lines.length - NAMED} more`] : [])];
}
