import { pinnedSettings } from '../../database/pinned-settings.js';
import { quoteLiteral } from '../../database/quote.js';
import type { Session } from '../../database/session.js';
import { instant } from '../redaction/redacted.js';
import type { Redactor } from '../redaction/redactor.js';

/** Settings that decide how an upgrade goes, or how YokeFlow does beside it. None of them holds a secret. */
const settingNames = `
  server_version max_connections superuser_reserved_connections lock_timeout statement_timeout
  idle_in_transaction_session_timeout idle_session_timeout transaction_timeout deadlock_timeout
  max_locks_per_transaction max_prepared_transactions default_transaction_read_only
  default_transaction_isolation transaction_read_only session_replication_role search_path row_security
  shared_preload_libraries session_preload_libraries wal_level synchronous_commit synchronous_standby_names
  fsync full_page_writes shared_buffers work_mem maintenance_work_mem temp_file_limit autovacuum
  check_function_bodies plpgsql.check_asserts plpgsql.variable_conflict event_triggers
  standard_conforming_strings TimeZone server_encoding client_encoding lc_messages password_encryption ssl
  log_statement log_min_messages log_destination logging_collector data_checksums`
  .trim()
  .split(/\s+/);

type SettingRow = Record<'name' | 'value' | 'source', string> & Record<'unit' | 'default', string | null>;
type ServerRow = Record<'version' | 'encoding' | 'collate', string> &
  Record<'recovery' | 'read_only', boolean> & { started: string | null };

/**
 * What holds for this role in this database. The session has pinned some settings for itself, so of those it is read
 * from where it is set: for a role in a database, for a role, for a database, in that order ("ALTER ROLE"); in the
 * server's configuration, where the role may see that; and boot_val else, which is the value with nothing set.
 */
const settingsQuery = `
  WITH stored AS (
    SELECT DISTINCT ON (lower(name)) lower(name) AS name, value, source
      FROM (SELECT split_part(one, '=', 1) AS name, substring(one FROM position('=' IN one) + 1) AS value,
                   CASE WHEN setrole = 0 THEN 'database' WHEN setdatabase = 0 THEN 'user' ELSE 'database user' END AS source,
                   CASE WHEN setrole = 0 THEN 3 WHEN setdatabase = 0 THEN 2 ELSE 1 END AS rank
              FROM pg_db_role_setting CROSS JOIN unnest(setconfig) AS one
             WHERE setrole IN (0, (SELECT oid FROM pg_roles WHERE rolname = session_user)) AND setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))) s
     ORDER BY lower(name), rank
  ), pinned (name) AS (VALUES ${[...Object.keys(pinnedSettings), 'search_path'].map((name) => `(${quoteLiteral(name)})`).join(', ')})
  SELECT s.name, CASE WHEN p.name IS NULL THEN s.setting ELSE COALESCE(d.value, s.boot_val) END AS value,
         -- What is stored has its unit with it.
         CASE WHEN p.name IS NULL OR d.value IS NULL OR d.value ~ '^-?[0-9]+$' THEN s.unit END AS unit,
         CASE WHEN CASE WHEN p.name IS NULL THEN s.setting ELSE COALESCE(d.value, s.boot_val) END IS DISTINCT FROM s.boot_val THEN s.boot_val END AS default,
         CASE WHEN p.name IS NULL THEN s.source ELSE COALESCE(d.source, 'default') END AS source
    FROM pg_settings s LEFT JOIN pinned p ON lower(p.name) = lower(s.name) LEFT JOIN stored d ON d.name = lower(s.name)
   WHERE s.name IN (${settingNames.map(quoteLiteral).join(', ')}) ORDER BY s.name`;

/**
 * The server, its settings as this role meets them, and the database's extensions. Ask outside of a transaction: this
 * program sets timeouts in its own.
 * @throws {DatabaseError | ConnectionLost}
 */
export async function serverFacts(session: Session, redactor: Redactor) {
  const [server] = await session.rows<ServerRow>(`
    SELECT version() AS version, to_char(pg_postmaster_start_time() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS started, pg_is_in_recovery() AS recovery,
           current_setting('transaction_read_only') = 'on' AS read_only, pg_encoding_to_char(encoding) AS encoding, datcollate AS collate
      FROM pg_database WHERE datname = current_database()`);
  if (server === undefined) throw new Error('the server told nothing about itself');
  const settings = await session.rows<SettingRow>(settingsQuery);
  const extensions = await session.rows<{ name: string; version: string; schema: string }>(
    `SELECT extname AS name, extversion AS version, nspname AS schema FROM pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace ORDER BY extname`,
  );
  const [, version = server.version, platform = 'platform not known'] =
    /^PostgreSQL (\S+).*? on (.*)$/.exec(server.version) ?? [];
  return {
    version: redactor.text(version),
    platform: redactor.text(platform),
    startedAt: server.started === null ? null : instant(new Date(server.started)),
    inRecovery: server.recovery,
    readOnly: server.read_only,
    encoding: redactor.text(server.encoding),
    collation: redactor.text(server.collate),
    settings: settings.map((row) => settingFacts(row, redactor)),
    extensions: extensions.map(({ name, version, schema }) => ({
      name: redactor.text(name),
      version: redactor.text(version),
      schema: redactor.text(schema),
    })),
  };
}

/** A setting as `SHOW` would write it: pg_settings has a number and its unit apart, which may be 8kB. */
function settingText(value: string, unit: string | null): string {
  if (unit === null) return value || 'empty';
  if (value === '-1' || value === '0') return `${value} (${/B$/.test(unit) && value === '0' ? 'none' : 'no limit'})`;
  const [, factor = '', name = unit] = /^(\d*)(.*)$/.exec(unit) ?? [];
  const number = Number(value) * Number(factor || '1');
  const units = name.endsWith('B') ? ['B', 'kB', 'MB', 'GB', 'TB'] : [];
  let [shown, at] = [number, units.indexOf(name)];
  for (; at >= 0 && at < units.length - 1 && shown >= 1024 && shown % 1024 === 0; at++) shown /= 1024;
  return `${shown} ${at >= 0 ? units[at] : name}`;
}

/** Settings that read otherwise on every server, so that being unlike the built-in value says nothing. */
const always = new Set(['server_version', 'client_encoding', 'server_encoding', 'transaction_read_only']);

function settingFacts({ name, value, unit, default: builtIn, source }: SettingRow, redactor: Redactor) {
  const shown = (text: string) => redactor.text(settingText(text, unit));
  return {
    name: redactor.text(name),
    value: shown(value),
    /** PostgreSQL's built-in value where this one is another. */
    insteadOf: builtIn === null || always.has(name) ? null : shown(builtIn),
    /** Where it was set: pg_settings.source. */
    source: redactor.text(source),
  };
}
