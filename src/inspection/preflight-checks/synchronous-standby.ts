import type { UpgradeError } from '../../errors/error.js';
import { visible } from '../../inert/visible.js';
import type { Finding } from '../finding.js';
import { refusals } from '../refusals.js';

/** Whom a COMMIT of this session waits for. */
export interface Standbys {
  /** synchronous_standby_names; empty where a COMMIT waits for none. */
  readonly names: string;
  /** synchronous_commit of this session. */
  readonly level: string;
  /** Null where the role may not see which of them a COMMIT waits for (pg_read_all_stats). */
  readonly synchronous: number | null;
  /** Standbys, and other receivers of WAL, that are connected at all. */
  readonly connected: number;
}

/**
 * A COMMIT waits for standbys where some are named and synchronous_commit is above `local` (SyncRepRequested in syncrep.h).
 * pg_stat_replication calls those `sync` or `quorum` that it waits for, and shows to a role without pg_read_all_stats
 * nothing but how many rows there are ("Monitoring Statistics").
 */
export const standbysQuery = `
  SELECT json_build_object(
    'names', CASE WHEN current_setting('max_wal_senders') = '0' OR pg_is_in_recovery() THEN '' ELSE current_setting('synchronous_standby_names') END,
    'level', current_setting('synchronous_commit'),
    'synchronous', CASE WHEN pg_has_role('pg_read_all_stats', 'USAGE')
                        THEN (SELECT count(*) FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')) END,
    'connected', (SELECT count(*) FROM pg_stat_replication))`;

/** How many standbys a value of synchronous_standby_names asks for: `FIRST 2 (a, b)`, `ANY 2 (a, b)`, `2 (a, b)`, or a list, of which it is one. Pure. */
export function standbysNeeded(names: string): number {
  if (names.trim() === '') return 0;
  return Number(/^\s*(?:(?:FIRST|ANY)\s+)?'?(\d+)'?\s*\(/i.exec(names)?.[1] ?? 1);
}

/** How many a COMMIT waits for. Pure. */
function awaited({ names, level }: Standbys): number {
  return level === 'local' || level === 'off' ? 0 : standbysNeeded(names);
}

/** The refusal of a COMMIT that would wait for ever. Pure. */
export function standbyObstacles(standbys: Standbys): UpgradeError[] {
  const { names, level, synchronous, connected } = standbys;
  const there = synchronous ?? connected;
  const needed = awaited(standbys);
  return refusals(
    there < needed && {
      code: 'YF320',
      message: `A COMMIT on this server waits for ${needed === 1 ? 'a synchronous standby' : `${needed} synchronous standbys`}, and ${there === 0 ? (needed === 1 ? 'it is not there' : 'none of them is there') : `only ${there} of them ${there === 1 ? 'is' : 'are'} there`}: it would wait until one comes.`,
      found: [
        `synchronous_standby_names: ${visible(names)}`,
        `synchronous_commit: ${visible(level)}`,
        synchronous === null
          ? `standbys connected: ${connected}`
          : `standbys that a COMMIT counts: ${synchronous}, of ${connected} connected`,
      ],
      remedy:
        "Bring the standby back. Where it is gone for good, let a superuser run, in psql: ALTER SYSTEM SET synchronous_standby_names = ''; SELECT pg_reload_conf(); Then run this again.",
    },
  );
}

/** What cannot be known of them. Pure. */
export function standbyFindings(standbys: Standbys): Finding[] {
  const { names, synchronous, connected } = standbys;
  const needed = awaited(standbys);
  if (needed === 0 || synchronous !== null || connected < needed) return [];
  return [
    {
      code: 'YF819',
      title: `a COMMIT waits for ${needed === 1 ? 'a synchronous standby' : `${needed} synchronous standbys`} (synchronous_standby_names: ${names}), and whether it is there this role may not see`,
      remedy:
        'If a COMMIT seems to hang, look as a superuser, in psql: SELECT application_name, state, sync_state FROM pg_stat_replication; To have it looked at beforehand: GRANT pg_read_all_stats TO this role.',
    },
  ];
}
