import type { Session } from '../database/session.js';
import type { Finding } from '../inspection/finding.js';
import { plural } from '../inert/words.js';

/** How many names a finding gives. */
const NAMED = 10;

type Kind =
  | 'materialized'
  | 'extension'
  | 'superuser extension'
  | 'event trigger'
  | 'publication'
  | 'subscription'
  | 'role'
  | 'tablespace'
  | 'unlogged'
  | 'large object'
  | 'foreign'
  | 'setting'
  | 'database right';

/** What each means for a restore, in the order in which it is told. */
const meanings: Record<Kind, (count: number, names: string) => string> = {
  'superuser extension': (count, names) =>
    `${plural(count, 'extension has', 'extensions have')} to be made by a superuser, and be installed on the server: ${names}`,
  extension: (count, names) =>
    `${plural(count, 'extension has', 'extensions have')} to be installed on the server: ${names}`,
  role: (count, names) =>
    `${plural(count, 'other role owns', 'other roles own')} something or ${count === 1 ? 'has' : 'have'} rights, and a backup holds no roles: ${names}`,
  materialized: (count, names) =>
    `${plural(count, 'materialized view is', 'materialized views are')} filled again at the end of a restore: ${names}`,
  'event trigger': (count, names) =>
    `${plural(count, 'event trigger needs', 'event triggers need')} a superuser: ${names}`,
  publication: (count, names) =>
    `${plural(count, 'publication is', 'publications are')} made again, and subscribers do not follow: ${names}`,
  subscription: (count, names) =>
    `${plural(count, 'subscription is', 'subscriptions are')} not made again by a restore of this program: ${names}`,
  foreign: (count, names) =>
    `${plural(count, 'foreign table or server holds', 'foreign tables or servers hold')} no rows in a backup: ${names}`,
  tablespace: (count, names) =>
    `${plural(count, 'tablespace has', 'tablespaces have')} to be on the server, or everything goes to the default one: ${names}`,
  unlogged: (count, names) =>
    `${plural(count, 'unlogged table is', 'unlogged tables are')} in the backup with the rows of now: ${names}`,
  'large object': (_, names) => `large objects are in the backup with their owners: ${names}`,
  setting: (count, names) =>
    `${plural(count, 'setting of the database is', 'settings of the database are')} not in a backup; a restore takes them from the database that it replaces: ${names}`,
  'database right': (_, names) =>
    `rights on the database itself are not in a backup; a restore takes them from the database that it replaces: ${names}`,
};

/**
 * What a restore of a backup of this database will meet: what depends on the server, on a superuser or on other roles, and
 * what pg_dump leaves out because it belongs to the database itself ("pg_dump", Notes). Reads catalogs alone.
 * @throws {DatabaseError | ConnectionLost}
 */
export async function readWhatRestoreMeets(session: Session): Promise<Finding[]> {
  const rows = await session.rows<{ kind: Kind; count: number; names: string[] }>(query);
  return (Object.keys(meanings) as Kind[]).flatMap((kind) => {
    const found = rows.find((row) => row.kind === kind);
    if (found === undefined) return [];
    const names = [
      ...found.names.slice(0, NAMED),
      ...(found.count > NAMED ? [`and ${found.count - NAMED} more`] : []),
    ].join(', ');
    return [
      {
        code: 'YF815' as const,
        title: meanings[kind](found.count, names),
        remedy: 'Nothing to do now. A restore goes on past what it cannot make, and says what is left to do.',
      },
    ];
  });
}

const query = `
WITH own AS (
  SELECT c.oid, c.relname, c.relkind, c.relpersistence, c.reltablespace FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
), here AS (
  SELECT oid, datdba, datacl FROM pg_database WHERE datname = current_database()
), found (kind, name) AS (
  SELECT 'materialized', relname::text FROM own WHERE relkind = 'm'
  UNION ALL
  SELECT CASE WHEN v.superuser AND NOT COALESCE((to_jsonb(v) ->> 'trusted')::boolean, false) THEN 'superuser extension' ELSE 'extension' END, x.extname
    FROM pg_extension x LEFT JOIN pg_available_extension_versions v ON v.name = x.extname AND v.version = x.extversion WHERE x.extname <> 'plpgsql'
  UNION ALL SELECT 'event trigger', e.evtname FROM pg_event_trigger e
             WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_event_trigger'::regclass AND d.objid = e.oid AND d.deptype = 'e')
  UNION ALL SELECT 'publication', pubname FROM pg_publication
  UNION ALL SELECT 'subscription', s.subname FROM pg_subscription s JOIN here ON here.oid = s.subdbid
  UNION ALL SELECT DISTINCT 'role', r.rolname::text FROM pg_shdepend d JOIN here ON here.oid = d.dbid JOIN pg_roles r ON d.refclassid = 'pg_authid'::regclass AND r.oid = d.refobjid
             WHERE r.rolname <> current_user AND r.rolname !~ '^pg_'
  UNION ALL SELECT DISTINCT 'tablespace', t.spcname::text FROM own JOIN pg_tablespace t ON t.oid = own.reltablespace
  UNION ALL SELECT 'unlogged', relname FROM own WHERE relkind = 'r' AND relpersistence = 'u'
  UNION ALL SELECT 'large object', count(*)::text FROM pg_largeobject_metadata HAVING count(*) > 0
  UNION ALL SELECT 'foreign', relname FROM own WHERE relkind = 'f'
  UNION ALL SELECT 'foreign', srvname FROM pg_foreign_server
  UNION ALL SELECT 'setting', split_part(setting, '=', 1) || COALESCE(' of ' || r.rolname, '') FROM pg_db_role_setting s JOIN here ON here.oid = s.setdatabase
             CROSS JOIN unnest(s.setconfig) AS setting LEFT JOIN pg_roles r ON r.oid = s.setrole
  UNION ALL SELECT DISTINCT 'database right', COALESCE(r.rolname::text, 'everyone') FROM here CROSS JOIN aclexplode(here.datacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE a.grantee <> here.datdba
)
SELECT kind, count(*) AS count, json_agg(name ORDER BY name) AS names FROM found GROUP BY kind`;
