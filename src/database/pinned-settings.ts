/**
 * What our statements mean must not depend on what somebody has set for the server, the database or the role
 * (ALTER SYSTEM, ALTER DATABASE … SET, ALTER ROLE … SET). So each session decides these settings itself, before it asks
 * anything. Values are spelled as `SHOW` spells them. Source: PostgreSQL, "Server Configuration".
 */

/** How long, in ms, the server waits for the next statement of a transaction before it gives the client up. */
export const IDLE_LIMIT_MS = 15_000;

/** The path that everything but the steps and probes runs under. Nothing of anybody's own is found by it. */
export const PINNED_PATH = 'pg_catalog, pg_temp';

/** Settings that every PostgreSQL from 12 on knows, and that every role may set. */
const everywhere: Readonly<Record<string, string>> = {
  // Rows that a policy hides from us raise an error instead of missing in a count or a copy.
  row_security: 'off',
  // What one transaction sees after it has waited for a lock must be what was committed meanwhile.
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  // How definitions are rendered, and how what we send is read.
  quote_all_identifiers: 'off',
  standard_conforming_strings: 'on',
  backslash_quote: 'safe_encoding',
  transform_null_equals: 'off',
  array_nulls: 'on',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  extra_float_digits: '1',
  bytea_output: 'hex',
  xmlbinary: 'base64',
  xmloption: 'content',
  gin_fuzzy_search_limit: '0',
  // What a step makes is an ordinary table, and a function that cannot work is refused.
  default_table_access_method: 'heap',
  check_function_bodies: 'on',
  'plpgsql.extra_errors': 'none',
  'plpgsql.extra_warnings': 'none',
  'plpgsql.check_asserts': 'on',
  client_min_messages: 'warning',
  // Limits of somebody else's would end us in the middle; ours are set where they are needed.
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: `${IDLE_LIMIT_MS / 1000}s`,
  // Settings that turn a query of the catalog from milliseconds into seconds.
  jit: 'off',
  enable_seqscan: 'on',
  enable_indexscan: 'on',
  enable_nestloop: 'on',
  enable_hashjoin: 'on',
};

/**
 * What the planner goes by, as it is where nobody has set it ("Query Planning"): set oddly, a query of the catalog takes
 * twenty times as long. Few servers have them otherwise, so they are set where they differ, and not as each connection starts.
 */
const planner: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      'enable_bitmapscan',
      'enable_gathermerge',
      'enable_hashagg',
      'enable_incremental_sort',
      'enable_indexonlyscan',
      'enable_material',
      'enable_memoize',
      'enable_mergejoin',
      'enable_parallel_append',
      'enable_parallel_hash',
      'enable_partition_pruning',
      'enable_sort',
      'enable_tidscan',
      'geqo',
    ].map((name) => [name, 'on']),
  ),
  seq_page_cost: '1',
  random_page_cost: '4',
  cpu_tuple_cost: '0.01',
  cpu_index_tuple_cost: '0.005',
  cpu_operator_cost: '0.0025',
  parallel_setup_cost: '1000',
  parallel_tuple_cost: '0.1',
  join_collapse_limit: '8',
  from_collapse_limit: '8',
  geqo_threshold: '12',
  plan_cache_mode: 'auto',
  constraint_exclusion: 'partition',
  // The same setting before and after PostgreSQL 16.
  debug_parallel_query: 'off',
  force_parallel_mode: 'off',
};

/** Settings that not every server knows, or that not every role may set. */
const whereKnown: Readonly<Record<string, string>> = {
  // 14, 17, and the minor releases of August 2024.
  idle_session_timeout: '0',
  transaction_timeout: '0',
  restrict_nonsystem_relation_kind: '',
  // `replica` switches off triggers and foreign keys.
  session_replication_role: 'origin',
};

/** Every setting that is decided here, with its value. */
export const pinnedSettings: Readonly<Record<string, string>> = { ...everywhere, ...planner, ...whereKnown };

/** The settings as options of the server process, for the start of a connection ("libpq: options"). */
export const startupOptions = Object.entries(everywhere)
  .map(([name, value]) => `-c ${name}=${value.replaceAll(/[\\ ]/g, '\\$&')}`)
  .join(' ');

/** `SELECT` items that set some settings. They name pg_catalog, so that they mean the same under any search path. */
export function setItems(settings: Readonly<Record<string, string>>, { local }: { local: boolean }): string {
  return Object.entries(settings)
    .map(([name, value]) => `pg_catalog.set_config('${name}', '${value}', ${local})`)
    .join(', ');
}

/** One statement that sets everything for the transaction that it stands in, for the settings that a server knows. */
export function localPins(known: Readonly<Record<string, string>>): string {
  return `SELECT ${setItems({ search_path: PINNED_PATH, ...known }, { local: true })}`;
}
