import { ExitCode, UpgradeError, type UpgradeErrorFields } from '../errors/error.js';
import type { Inspection } from './inspect.js';

/** gen_random_uuid() is built in from this version on ("UUID Functions"), and psql knows \warn. */
const OLDEST_SERVER = 130000;

type Refusal = Omit<UpgradeErrorFields, 'exitCode' | 'changed'>;

/** Why this database must not, or cannot, be upgraded at all; undefined where it may. Pure. */
export function refusal({ snapshot, version }: Inspection): UpgradeError | undefined {
  const { schema, database, candidateSchemas } = snapshot;
  return first(
    candidateSchemas.length > 1 && !candidateSchemas.includes(schema) && severalSchemas(candidateSchemas),
    version.state === 'empty' && {
      code: 'YF301',
      message: `The database ${database} is empty: it has no tables at all.`,
      remedy: 'If this is a fresh installation, YokeFlow\'s own initialisation stopped half-way: load its schema file schema/postgresql/schema.sql. '
        + 'If your data should be here, check that this is the right database (--container NAME or --database-url URL).',
    },
    version.state === 'foreign' && {
      code: 'YF302',
      message: `The database ${database} is not YokeFlow's: the tables projects, sessions, epics, tasks and tests of YokeFlow 1.x are not in it.`,
      found: [`schema ${schema}: ${tables(snapshot.objects.keys())}`],
      remedy: 'Name YokeFlow\'s database with --container NAME or --database-url URL, or its schema with --schema NAME.',
    },
    version.state === 'newer' && {
      code: 'YF303',
      message: 'This is YokeFlow 2.x, whose schema is built differently. There is nothing to upgrade to 1.4.0 here.',
      remedy: 'Leave it as it is. If you meant another database, name it with --container NAME or --database-url URL.',
    },
    version.beyond !== null && {
      code: 'YF310',
      message: `The database holds parts of ${version.beyond.version} already, which is newer than ${version.target.version}.`,
      remedy: 'Leave --to out to reach the newest release.',
    },
    version.missingBaseTables.length > 0 && {
      code: 'YF304',
      message: `Tables that every YokeFlow 1.x has are missing: ${version.missingBaseTables.join(', ')}.`,
      remedy: 'Restore them from a backup first; no upgrade step can make them anew.',
    },
  );
}

/** What stands in the way of changing this database now; undefined where nothing does. Pure. */
export function obstacle({ snapshot, views, plan }: Inspection): UpgradeError | undefined {
  const { server, owner } = snapshot;
  if (plan.steps.length === 0) return undefined;
  return first(
    server.versionNumber < OLDEST_SERVER && {
      code: 'YF309',
      message: `PostgreSQL ${server.version} is too old: 13 or later is needed.`,
      remedy: 'Upgrade PostgreSQL first (dump, new server, restore), then run this again.',
    },
    (server.inRecovery || server.readOnly) && {
      code: 'YF308',
      message: server.inRecovery ? 'This server is a standby: it answers queries and takes no changes.' : 'This server is set to read-only.',
      found: [`pg_is_in_recovery: ${server.inRecovery}`, `transaction_read_only: ${server.readOnly}`],
      remedy: server.inRecovery ? 'Connect to the primary server with --database-url URL.' : 'Take default_transaction_read_only off for this role and database, then run this again.',
    },
    !snapshot.mayActAsOwner && {
      code: 'YF307',
      message: `The role ${server.role} may not change YokeFlow's tables: they belong to ${owner}.`,
      remedy: `Connect as ${owner} with --database-url URL, or let a superuser run: GRANT ${owner} TO ${server.role}`,
    },
    views.inTheWay.length > 0 && {
      code: 'YF306',
      message: `${views.inTheWay.length === 1 ? 'A view' : 'Views'} of yours cannot be kept through this upgrade: ${views.inTheWay.map(({ name }) => name).join(', ')}.`,
      found: views.inTheWay.map(({ name, because }) => `${name}: ${because}`),
      remedy: 'Save its definition (in psql: \\d+ NAME), drop it, run the upgrade, then make it again without what goes away.',
    },
  );
}

function severalSchemas(schemas: readonly string[]): Refusal {
  return {
    code: 'YF305',
    message: `YokeFlow's tables are in several schemas: ${schemas.join(', ')}.`,
    remedy: `Say which one is in use: --schema ${schemas[0]}`,
  };
}

function tables(keys: Iterable<string>): string {
  const names = [...keys].filter((key) => key.startsWith('table:')).map((key) => key.slice('table:'.length));
  return names.length === 0 ? 'no tables' : `${names.slice(0, 8).join(', ')}${names.length > 8 ? ` and ${names.length - 8} more` : ''}`;
}

function first(...refusals: (Refusal | false)[]): UpgradeError | undefined {
  const refused = refusals.find((candidate) => candidate !== false);
  return refused && new UpgradeError({ ...refused, exitCode: ExitCode.refused, changed: false });
}
