import { quoteLiteral } from '../../database/quote.js';
import { UpgradeError } from '../../errors/error.js';
import type { Finding } from '../finding.js';

/** An extension that a restore by this role could not make on this server. */
export interface UnmakeableExtension {
  readonly name: string;
  readonly because: 'superuser' | 'not installed';
  /** The role that pg_restore connects as. */
  readonly role: string;
  /** Tables that have one of its types or call one of its functions, with their schema: without it they cannot be made. Null where that is not known. */
  readonly tables: readonly string[] | null;
  /** Its types and functions, with their schema; empty where no table is built on it. */
  readonly members: readonly string[];
}

/**
 * Whether an extension can be made by a role: its files are on the server, and it asks for a superuser only where the role is
 * one or it is marked as trusted, from 13 on ("CREATE EXTENSION", pg_available_extension_versions).
 * @param name an expression for its name
 * @param me an alias with the column rolsuper
 */
const becauseOf = (name: string, me: string) => `
  CASE WHEN NOT EXISTS (SELECT FROM pg_available_extensions a WHERE a.name = ${name}) THEN 'not installed'
       WHEN NOT ${me}.rolsuper AND EXISTS (SELECT FROM pg_available_extensions a JOIN pg_available_extension_versions v ON v.name = a.name AND v.version = a.default_version
                                            WHERE a.name = ${name} AND v.superuser AND NOT COALESCE((to_jsonb(v) ->> 'trusted')::boolean, false)) THEN 'superuser' END`;

const roleQuery = (role: string | undefined) =>
  `SELECT rolname, rolsuper FROM pg_roles WHERE rolname = ${role === undefined ? 'current_user' : `COALESCE((SELECT rolname FROM pg_roles WHERE rolname = ${quoteLiteral(role)}), current_user)`}`;

/**
 * Extensions of this database that a restore of its backup could not make, with what is built on each. What depends on a member
 * depends on the extension, through types, functions, defaults and constraints (pg_depend).
 */
export const unmakeableQuery = (role: string | undefined) => `
  WITH RECURSIVE me AS (${roleQuery(role)}),
  unmakeable AS MATERIALIZED (
    SELECT * FROM (SELECT x.oid, x.extname, ${becauseOf('x.extname', 'me')} AS because, me.rolname FROM pg_extension x, me WHERE x.extname <> 'plpgsql') x WHERE because IS NOT NULL),
  member AS (SELECT u.oid AS extension, d.classid, d.objid FROM unmakeable u JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = u.oid AND d.deptype = 'e'),
  dependent (extension, classid, objid) AS (
    SELECT extension, classid, objid FROM member
    UNION
    SELECT p.extension, d.classid, d.objid FROM dependent p JOIN pg_depend d ON d.refclassid = p.classid AND d.refobjid = p.objid
     WHERE d.classid IN ('pg_type'::regclass, 'pg_proc'::regclass, 'pg_attrdef'::regclass, 'pg_constraint'::regclass, 'pg_class'::regclass)),
  built AS (
    SELECT DISTINCT p.extension, c.oid, n.nspname || '.' || c.relname AS name
      FROM dependent p
      LEFT JOIN pg_attrdef f ON p.classid = 'pg_attrdef'::regclass AND f.oid = p.objid
      LEFT JOIN pg_constraint k ON p.classid = 'pg_constraint'::regclass AND k.oid = p.objid AND k.contype = 'c'
      JOIN pg_class c ON c.oid = COALESCE(f.adrelid, k.conrelid, CASE WHEN p.classid = 'pg_class'::regclass THEN p.objid END) AND c.relkind IN ('r', 'p')
      JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e'))
  SELECT COALESCE(json_agg(json_build_object('name', u.extname, 'because', u.because, 'role', u.rolname,
           'tables', COALESCE((SELECT json_agg(b.name ORDER BY b.name) FROM built b WHERE b.extension = u.oid), '[]'),
           'members', CASE WHEN NOT EXISTS (SELECT FROM built b WHERE b.extension = u.oid) THEN '[]' ELSE COALESCE((
             SELECT json_agg(DISTINCT n.nspname || '.' || COALESCE(t.typname, p.proname))
               FROM member m LEFT JOIN pg_type t ON m.classid = 'pg_type'::regclass AND t.oid = m.objid LEFT JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid
               JOIN pg_namespace n ON n.oid = COALESCE(t.typnamespace, p.pronamespace)
              WHERE m.extension = u.oid), '[]') END) ORDER BY u.extname), '[]') FROM unmakeable u`;

/** The same for extensions by name, on a server where they may not be yet. */
export const unmakeableByNameQuery = (names: readonly string[]) => `
  SELECT * FROM (SELECT x.name, ${becauseOf('x.name', 'me')} AS because, me.rolname AS role FROM unnest(ARRAY[${names.map(quoteLiteral).join(', ')}]::text[]) AS x (name), (${roleQuery(undefined)}) me) x
   WHERE because IS NOT NULL ORDER BY name`;

/** Why it cannot be made, in words. Pure. */
export function whyUnmakeable({ name, because, role }: Pick<UnmakeableExtension, 'name' | 'because' | 'role'>): string {
  return because === 'superuser'
    ? `only a superuser may make the extension ${name}, and ${role} is none`
    : `the extension ${name} is not installed on this server any more`;
}

/** What a restore of a backup of this database would meet. Pure. */
export function extensionFindings(extensions: readonly UnmakeableExtension[]): Finding[] {
  return extensions.map((one) => ({
    code: 'YF815',
    title: `a restore of a backup would meet that ${whyUnmakeable(one)}; ${withoutIt(one.tables)}`,
    remedy:
      one.because === 'superuser'
        ? 'Nothing to do now. For a restore, connect as a superuser with --database-url URL.'
        : "Nothing to do now. Before a restore, install the extension's files on the server.",
    subject: `extension ${one.name}`,
  }));
}

function withoutIt(tables: UnmakeableExtension['tables']): string {
  if (tables === null) return 'it goes on without it where no table is built on it, and fails where one is';
  return tables.length === 0
    ? 'it would go on without it'
    : `without it it would fail, because tables are built on it: ${tables.slice(0, 10).join(', ')}${tables.length > 10 ? ` and ${tables.length - 10} more` : ''}`;
}

/** The refusal of work that could not finish without these extensions. */
export function cannotMake(
  extensions: readonly Pick<UnmakeableExtension, 'name' | 'because' | 'role'>[],
  what: string,
  command: string,
): UpgradeError {
  const bySuperuser = extensions.every(({ because }) => because === 'superuser');
  return new UpgradeError({
    code: 'YF356',
    message: `${what} needs ${extensions.length === 1 ? 'an extension' : 'extensions'} that cannot be made: ${extensions.map(({ name }) => name).join(', ')}. Tables are built on ${extensions.length === 1 ? 'it' : 'them'}.`,
    found: extensions.map(whyUnmakeable),
    remedy: `${bySuperuser ? 'Connect as a superuser with --database-url URL' : "Install the extension's files on the server, or take one that has them"}; then run: yokeflow-upgrade ${command}`,
  });
}
