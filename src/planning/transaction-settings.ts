import type { Snapshot } from '../catalog/snapshot.js';
import { PINNED_PATH } from '../database/pinned-settings.js';
import { quoteIdentifier } from '../database/quote.js';

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

/** What a transaction begins with that this program carries out itself, and nobody by hand: {@link settings} and {@link clientLossSettings}. */
export const ownSettings = (snapshot: Snapshot, lockTimeoutMs: number): string[] => [
  ...settings(snapshot, lockTimeoutMs),
  ...clientLossSettings(snapshot),
];

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
