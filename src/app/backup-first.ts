import { planBackup, type BackupPlan } from '../backup/plan.js';
import type { Target } from '../database/target.js';
import type { UpgradeError } from '../errors/error.js';
import type { Inspection } from '../inspection/inspection.js';
import { dumpObstacles } from '../inspection/preflight-checks/dump-rights.js';
import type { BackupOptions } from './options.js';

/**
 * The backup that comes before a change, unless the user does without one.
 * @returns undefined after `--no-backup`, and for the demo's database, which is thrown away afterwards
 * @throws {UpgradeError} YF340, YF341, YF342: what stands in the way of one is told before anything is asked
 */
export async function planBackupFirst(
  target: Target,
  inspection: Inspection,
  { backup, backupDir, keep }: BackupOptions,
): Promise<BackupPlan | undefined> {
  return target.kind === 'embedded' || backup === false ? undefined : planBackup(target, inspection, backupDir, keep);
}

/** What of the database stands in the way of the backup that comes before a change, unless the user does without one. Pure. */
export function inTheWayOfBackup(
  target: Target,
  { conditions, snapshot }: Inspection,
  { backup }: BackupOptions,
): UpgradeError[] {
  return target.kind === 'embedded' || backup === false || conditions === undefined
    ? []
    : dumpObstacles(conditions.dump, snapshot);
}
