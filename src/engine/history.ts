import { createHash } from 'node:crypto';
import { quoteLiteral } from '../database/quote.js';
import { DatabaseError, type Session } from '../database/session.js';
import { splitStatements } from '../database/split-statements.js';
import { historyIsTrusted } from '../catalog/trust.js';
import { packageVersion } from '../machine/package-info.js';
import type { ReplacedText } from '../inspection/affected/replaced-texts.js';
import { isRepair } from '../planning/plan.js';
import { readSql } from '../releases/sql-files.js';
import type { Inspection } from '../inspection/inspection.js';
import type { Attempts } from './held-up.js';

export type Operation = 'upgrade' | 'repair' | 'rollback' | 'init';

/** A run that is to be recorded in the schema yokeflow_upgrade, inside its own transaction. */
export interface Run {
  readonly operation: Operation;
  /** Version of the release; null where the database was at none. */
  readonly from: string | null;
  readonly to: string;
  readonly steps: readonly { readonly id: string; readonly file: string }[];
  /** Name of the machine that this program runs on; null for a script that someone runs by hand. */
  readonly host: string | null;
  readonly backupFile?: string | undefined;
  /** The server's system identifier; null where it may not be asked for. */
  readonly server?: string | null | undefined;
  /** The earlier texts of objects under YokeFlow's names that are replaced or dropped. */
  readonly replaced: readonly ReplacedText[];
  /** What its locks took; undefined where it took none, or somebody runs it by hand. */
  readonly locks?: Attempts | undefined;
}

/** What an upgrade is recorded as. Pure. */
export function upgradeRun({
  version: { release, target },
  plan,
  affected,
}: Pick<Inspection, 'version' | 'plan' | 'affected'>): Omit<Run, 'host'> {
  return {
    operation: isRepair(plan) ? 'repair' : 'upgrade',
    from: release?.version ?? null,
    to: target.version,
    steps: plan.steps.map(({ step }) => step),
    replaced: affected.replaced,
  };
}

/** A run as it was recorded. Whatever a record of another version lacks is null. */
export interface RecordedRun {
  readonly operation: string;
  readonly from: string | null;
  readonly to: string;
  readonly toolVersion: string | null;
  readonly steps: readonly { readonly id: string; readonly sha256: string | null }[];
  /** ISO 8601. */
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly role: string | null;
  readonly host: string | null;
  readonly backupFile: string | null;
  /** The system identifier of the server that it was on. */
  readonly server?: string | null;
  readonly databaseOid?: number | null;
  readonly attempts?: number | null;
  readonly heldUpMs?: Attempts['heldUpMs'] | null;
  /** True for a run on another server, whose record came here with a dump. */
  readonly elsewhere?: true;
}

/** How many runs `readHistory` returns at most. */
const MOST_RUNS = 100;

/** What makes the table of the runs where it is missing. Pure but for reading sql/. */
export const recordTable = (): string[] => splitStatements(readSql('shared/history.sql')).map(({ sql }) => sql);

/** What makes the table where it is missing, and what adds the run's row. Pure but for reading sql/. */
export function recordStatements(run: Run): { make: string[]; insert: string } {
  const steps = run.steps.map(({ id, file }) => ({
    id,
    sha256: createHash('sha256').update(readSql(file)).digest('hex'),
  }));
  const values = [
    literal(packageVersion()),
    literal(run.operation),
    literal(run.from),
    literal(run.to),
    `${quoteLiteral(JSON.stringify(steps))}::jsonb`,
    // session_user, because the transaction may act as the tables' owner.
    'now()',
    'clock_timestamp()',
    'session_user',
    literal(run.host),
    literal(run.backupFile ?? null),
    literal(run.server ?? null),
    '(SELECT oid::bigint FROM pg_database WHERE datname = current_database())',
    run.replaced.length === 0
      ? 'NULL'
      : `${quoteLiteral(JSON.stringify(run.replaced.map(({ kind, name, definition }) => ({ kind, name, definition }))))}::jsonb`,
    String(run.locks?.attempts ?? 'NULL'),
    run.locks === undefined ? 'NULL' : `${quoteLiteral(JSON.stringify(run.locks.heldUpMs))}::jsonb`,
  ];
  return {
    make: recordTable(),
    // PostgreSQL 12 has gen_random_uuid() in an extension only, which the path here does not lead to.
    insert: `INSERT INTO yokeflow_upgrade.runs (id, tool_version, operation, from_release, to_release, steps,
                                   started_at, ended_at, database_role, host, backup_file, server, database_oid, replaced, attempts, held_up_ms)
VALUES (md5(random()::text || clock_timestamp()::text)::uuid, ${values.join(', ')})`,
  };
}

const literal = (value: string | null) => (value === null ? 'NULL' : quoteLiteral(value));

/** How long, in ms, whoever has the record locked is waited for. */
const HISTORY_LOCK_MS = 1000;

/**
 * The runs that are recorded in this database, the latest first. None where there is no such table, where it is not one
 * that can be trusted ({@link historyIsTrusted}) or where the role may not read it: the history is for show, and
 * nothing depends on it.
 * @param owner who owns YokeFlow's tables; null where there are none
 * @throws {ConnectionLost}
 */
export async function readHistory(session: Session, owner: string | null): Promise<RecordedRun[]> {
  await session.begin();
  session.ahead(`SET LOCAL lock_timeout = ${HISTORY_LOCK_MS}`);
  try {
    // Asked of the catalog first: an error would stand in the server's log at every look.
    const [there] = await session.rows<{ readable: boolean }>(`
      SELECT has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AS readable
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'yokeflow_upgrade' AND c.relname = 'runs' AND c.relkind = 'r'`);
    if (there?.readable !== true || !(await lockIfTrusted(session, owner, 'ACCESS SHARE'))) return [];
    const rows = await session.rows<{ run: Record<string, unknown> }>(
      // to_jsonb reads columns that may not be there without naming them.
      `SELECT to_jsonb(r) AS run FROM yokeflow_upgrade.runs r ORDER BY to_jsonb(r) ->> 'ended_at' DESC NULLS LAST LIMIT ${MOST_RUNS}`,
    );
    return rows.flatMap(({ run }) => recordedRun(run));
  } catch (error) {
    if (error instanceof DatabaseError) return [];
    throw error;
  } finally {
    session.rollback();
  }
}

/**
 * Locks the table of the runs, so that it stays what it is, and only then looks whether it can be trusted.
 * @throws {DatabaseError} where it is not there or may not be locked
 */
export async function lockIfTrusted(
  session: Session,
  owner: string | null,
  mode: 'ACCESS SHARE' | 'ROW EXCLUSIVE',
): Promise<boolean> {
  session.ahead(`LOCK TABLE yokeflow_upgrade.runs IN ${mode} MODE`);
  const [table] = await session.rows<{ trusted: boolean }>(`
    SELECT ${historyIsTrusted('c', `(SELECT oid FROM pg_roles WHERE rolname = ${literal(owner)})`)} AS trusted
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'yokeflow_upgrade' AND c.relname = 'runs'`);
  return table?.trusted === true;
}

function recordedRun(row: Record<string, unknown>): RecordedRun[] {
  const text = (column: string) => (typeof row[column] === 'string' ? row[column] : null);
  const instant = (column: string) => {
    const time = new Date(text(column) ?? Number.NaN);
    return Number.isNaN(time.getTime()) ? null : time.toISOString();
  };
  const [operation, to] = [text('operation'), text('to_release')];
  if (operation === null || to === null) return [];
  const steps = (Array.isArray(row['steps']) ? row['steps'] : []).flatMap((step: unknown) => {
    const { id, sha256 } = Object(step) as { id?: unknown; sha256?: unknown };
    return typeof id === 'string' ? [{ id, sha256: typeof sha256 === 'string' ? sha256 : null }] : [];
  });
  return [
    {
      operation,
      to,
      steps,
      from: text('from_release'),
      toolVersion: text('tool_version'),
      startedAt: instant('started_at'),
      endedAt: instant('ended_at'),
      role: text('database_role'),
      host: text('host'),
      backupFile: text('backup_file'),
      server: text('server'),
      databaseOid: typeof row['database_oid'] === 'number' ? row['database_oid'] : null,
      attempts: count(row['attempts']),
      heldUpMs: heldUp(row['held_up_ms']),
    },
  ];
}

/** A record may have been changed by whoever can write to it. */
const count = (value: unknown): number | null =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : null;

function heldUp(value: unknown): Attempts['heldUpMs'] | null {
  const { longest, sum } = Object(value) as { longest?: unknown; sum?: unknown };
  const counted = { longest: count(longest), sum: count(sum) };
  return counted.longest === null || counted.sum === null ? null : { longest: counted.longest, sum: counted.sum };
}
