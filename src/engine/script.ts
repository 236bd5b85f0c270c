import { PINNED_PATH } from '../database/pinned-settings.js';
import { quoteIdentifier, quoteLiteral } from '../database/quote.js';
import { splitStatements, type Statement } from '../database/split-statements.js';
import type { Snapshot } from '../catalog/snapshot.js';
import type { EnumLabel } from '../releases/release.js';
import type { Inspection } from '../inspection/inspect.js';
import { readSql } from './sql-files.js';

/** Two runs on one database never overlap: this advisory lock is held to the end of the transaction. */
export const UPGRADE_LOCK = 0x596f6b65; // "Yoke"

/** A run of statements that is shown, timed and blamed under one name. */
export interface Section {
  /** A step's id, or what the section is for. */
  readonly name: string;
  readonly title: string;
  readonly statements: readonly Statement[];
}

export function labelStatement({ type, label }: EnumLabel, schema: string): string {
  return `ALTER TYPE ${quoteIdentifier(schema)}.${quoteIdentifier(type)} ADD VALUE IF NOT EXISTS ${quoteLiteral(label)}`;
}

/** Looks for names in these schemas, in this order, until the transaction ends; in PostgreSQL's own before them, and in a temporary one last. */
export function searchPath(schemas: readonly string[]): string {
  return `SET LOCAL search_path = ${[...[...new Set(schemas)].map(quoteIdentifier), 'pg_temp'].join(', ')}`;
}

/**
 * The path of the steps and probes, which name YokeFlow's objects without a schema. The role's own path stands behind it:
 * triggers of the user's, and what watches changes of the schema, may rely on that.
 */
export function yokeflowPath({ schema, extensionSchemas, safePath }: Snapshot): string {
  return searchPath([schema, ...extensionSchemas, ...safePath]);
}

/** The path of everything else. */
export const pinnedPath = `SET LOCAL search_path = ${PINNED_PATH}`;

/** What holds for every transaction that this program opens. SET LOCAL only: nothing outlives it, pooler or not. */
export function settings(snapshot: Snapshot, lockTimeoutMs: number): string[] {
  return [
    `SET LOCAL lock_timeout = ${Math.max(1, Math.round(lockTimeoutMs))}`,
    // A COMMIT that is believed has to be on the disk. A server that waits for a standby goes on doing so.
    `SELECT set_config('synchronous_commit', 'local', true) WHERE current_setting('synchronous_commit') = 'off'`,
    ...actAsOwner(snapshot),
  ];
}

/**
 * What makes the server give up a transaction of this program whose client is lost: it never idles in one (the session
 * pins a limit), and between two looks for the client (PostgreSQL 14 or later) no statement goes on for longer than a second.
 */
export function clientLossSettings({ server }: Snapshot): string[] {
  return server.checksClients ? ['SET LOCAL client_connection_check_interval = 1000'] : [];
}

/** What is made belongs to whoever owns YokeFlow's tables, so that YokeFlow may use it. */
export function actAsOwner({
  owner,
  mayActAsOwner,
  server,
}: Pick<Snapshot, 'owner' | 'mayActAsOwner' | 'server'>): string[] {
  return owner !== null && mayActAsOwner && owner !== server.role ? [`SET LOCAL ROLE ${quoteIdentifier(owner)}`] : [];
}

/** What an inspection says of the changes to come. */
type Changes = Pick<Inspection, 'plan' | 'snapshot' | 'affected'>;

/** Everything of the plan that changes the schema, in order. Pure but for reading sql/. */
export function changeSections({ plan, snapshot, affected: { carried: views, putBack } }: Changes): Section[] {
  // The views may belong to somebody else than YokeFlow's tables do, and their texts were read under this very path.
  const asConnected = (statements: readonly string[]): Statement[] => {
    const again = [...actAsOwner(snapshot), searchPath([snapshot.schema, ...snapshot.extensionSchemas])];
    return [
      ...(again.length > 1 ? ['RESET ROLE'] : []),
      'SET LOCAL search_path = pg_catalog, pg_temp',
      ...statements,
      ...again,
    ].map((sql) => ({ sql, line: 1 }));
  };
  const path = (statement: string) => ({ sql: statement, line: 1 });
  const sections: Section[] = [
    {
      name: 'prepare',
      title: 'Prepare',
      statements: [path(yokeflowPath(snapshot)), ...splitStatements(readSql('shared/ensure.sql')), path(pinnedPath)],
    },
  ];
  if (views.length > 0) {
    const drops = asConnected([...views].reverse().map((view) => view.drop));
    sections.push({ name: 'set views aside', title: `Set aside ${views.length} view(s) of yours`, statements: drops });
  }
  for (const { step } of plan.steps) {
    sections.push({
      name: step.id,
      title: step.title,
      statements: [path(yokeflowPath(snapshot)), ...splitStatements(readSql(step.file)), path(pinnedPath)],
    });
  }
  if (views.length > 0) {
    const restores = asConnected(views.flatMap((view) => view.restore));
    sections.push({ name: 'restore views', title: `Restore ${views.length} view(s) of yours`, statements: restores });
  }
  if (putBack.length > 0)
    sections.push({
      name: 'put back',
      title: 'Put back rights, options and comments',
      statements: asConnected(putBack),
    });
  sections.push({
    name: 'tidy up',
    title: 'Tidy up',
    statements: [path(yokeflowPath(snapshot)), ...splitStatements(readSql('shared/ensure-drop.sql')), path(pinnedPath)],
  });
  return sections;
}
