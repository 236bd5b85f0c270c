import { quoteIdentifier, quoteLiteral } from '../database/quote.js';
import type { Session } from '../database/session.js';
import { MARK_LIMIT } from './marks.js';

/** What belongs to a database and not to what is in it: pg_dump leaves it out, so a restore has to carry it over. */
export interface DatabaseProperties {
  readonly owner: string;
  readonly encoding: string;
  readonly collate: string;
  readonly ctype: string;
  /** `c` libc, `i` ICU, `b` built-in; libc before PostgreSQL 15, which knew nothing else. */
  readonly provider: string;
  /** The locale of ICU or of the built-in provider. */
  readonly locale: string | null;
  readonly icuRules: string | null;
  readonly tablespace: string;
  readonly connectionLimit: number;
  readonly comment: string | null;
  /** ALTER DATABASE … SET and ALTER ROLE … IN DATABASE … SET; `role` is null for the former. */
  readonly settings: readonly { role: string | null; name: string; value: string }[];
  /** Null for the rights that every new database has. */
  readonly grants: readonly { grantee: string | null; privilege: string; grantable: boolean }[] | null;
  /** Whether the connected role may rename it, as far as owning it goes. */
  readonly mayOwn: boolean;
}

/** Reads the properties of a database; undefined where there is no such database. */
export async function readProperties(session: Session, database: string): Promise<DatabaseProperties | undefined> {
  // Through JSON, because PostgreSQL 13 to 18 call and have these columns differently.
  const [row] = await session.rows<{ properties: DatabaseProperties }>(`
    SELECT jsonb_build_object(
             'owner', pg_get_userbyid(d.datdba),
             'encoding', pg_encoding_to_char(d.encoding),
             'collate', d.datcollate, 'ctype', d.datctype,
             'provider', COALESCE(j->>'datlocprovider', 'c'),
             'locale', COALESCE(j->>'datlocale', j->>'daticulocale'),
             'icuRules', j->>'daticurules',
             'tablespace', (SELECT spcname FROM pg_tablespace t WHERE t.oid = d.dattablespace),
             'connectionLimit', d.datconnlimit,
             'comment', shobj_description(d.oid, 'pg_database'),
             'settings', COALESCE((
               SELECT jsonb_agg(jsonb_build_object(
                        'role', r.rolname,
                        'name', split_part(setting, '=', 1),
                        'value', substring(setting FROM position('=' IN setting) + 1)))
                 FROM pg_db_role_setting s CROSS JOIN unnest(s.setconfig) AS setting LEFT JOIN pg_roles r ON r.oid = s.setrole
                WHERE s.setdatabase = d.oid), '[]'),
             'grants', CASE WHEN d.datacl IS NOT NULL THEN (
               SELECT COALESCE(jsonb_agg(jsonb_build_object('grantee', r.rolname, 'privilege', a.privilege_type, 'grantable', a.is_grantable)), '[]')
                 FROM aclexplode(d.datacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
                WHERE a.grantee <> d.datdba) END,
             'mayOwn', pg_has_role(d.datdba, 'MEMBER')) AS properties
      FROM pg_database d, to_jsonb(d) AS j
     WHERE d.datname = ${quoteLiteral(database)}`);
  return row?.properties;
}

/**
 * Makes an empty scratch database with the properties that only CREATE DATABASE can give it, and the mark of one in the
 * place of its connection limit. From template0, because template1 may hold objects of somebody's own ("Template Databases").
 * @param like undefined for the server's defaults
 */
export function createStatement(name: string, like: DatabaseProperties | undefined): string {
  const options = ['TEMPLATE template0', `CONNECTION LIMIT ${MARK_LIMIT}`];
  if (like) {
    const { owner, encoding, collate, ctype, provider, locale, icuRules, tablespace } = like;
    options.push(
      `OWNER ${quoteIdentifier(owner)}`,
      `ENCODING ${quoteLiteral(encoding)}`,
      `LC_COLLATE ${quoteLiteral(collate)}`,
      `LC_CTYPE ${quoteLiteral(ctype)}`,
    );
    if (provider === 'i' && locale !== null) options.push('LOCALE_PROVIDER icu', `ICU_LOCALE ${quoteLiteral(locale)}`);
    if (provider === 'i' && icuRules !== null) options.push(`ICU_RULES ${quoteLiteral(icuRules)}`);
    if (provider === 'b' && locale !== null)
      options.push('LOCALE_PROVIDER builtin', `BUILTIN_LOCALE ${quoteLiteral(locale)}`);
    if (tablespace !== 'pg_default') options.push(`TABLESPACE ${quoteIdentifier(tablespace)}`);
  }
  return `CREATE DATABASE ${quoteIdentifier(name)} ${options.join(' ')}`;
}

/** Makes a copy of a database to rehearse on, marked as one. Pure. */
export function copyStatement(name: string, of: string): string {
  return `CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE ${quoteIdentifier(of)} CONNECTION LIMIT ${MARK_LIMIT}`;
}

/** Gives a database the rights of another. Pure. */
export function carryOverStatements(name: string, { grants }: DatabaseProperties): string[] {
  if (grants === null) return [];
  const database = quoteIdentifier(name);
  const granted = grants.map(
    ({ grantee, privilege, grantable }) =>
      `GRANT ${privilege} ON DATABASE ${database} TO ${grantee === null ? 'PUBLIC' : quoteIdentifier(grantee)}${grantable ? ' WITH GRANT OPTION' : ''}`,
  );
  return [`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`, ...granted];
}

/**
 * Takes the mark off a scratch database and gives it the comment and the limit of the one whose place it takes. For the
 * transaction that renames it: before that it is a leftover, and afterwards none. Pure.
 * @param like undefined where there was no such database
 */
export function unmarkStatements(name: string, like: DatabaseProperties | undefined): string[] {
  const { comment = null, connectionLimit = -1 } = like ?? {};
  const database = quoteIdentifier(name);
  return [
    `ALTER DATABASE ${database} CONNECTION LIMIT ${connectionLimit}`,
    `COMMENT ON DATABASE ${database} IS ${comment === null ? 'NULL' : quoteLiteral(comment)}`,
  ];
}

/**
 * Gives a database the settings of another. FROM CURRENT, because a list such as a search_path cannot be told from a
 * single value by looking at it.
 * @throws {DatabaseError} where the role may not set one of them
 */
export async function carryOverSettings(
  session: Session,
  name: string,
  settings: DatabaseProperties['settings'],
): Promise<void> {
  for (const { role, name: setting, value } of settings) {
    const database = quoteIdentifier(name);
    const whose =
      role === null ? `ALTER DATABASE ${database}` : `ALTER ROLE ${quoteIdentifier(role)} IN DATABASE ${database}`;
    await session.begin();
    try {
      await session.rows(`SELECT set_config(${quoteLiteral(setting)}, ${quoteLiteral(value)}, true)`);
      await session.execute(`${whose} SET ${setting.split('.').map(quoteIdentifier).join('.')} FROM CURRENT`);
      await session.execute('COMMIT');
    } catch (error) {
      await session.execute('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }
}
