import { planBackup, type BackupPlan } from '../backup/plan.js';
import type { Settings } from '../cli/settings.js';
import type { Target } from '../database/target.js';
import { visible } from '../inert/visible.js';
import type { UpgradeError } from '../errors/error.js';
import type { Inspection } from '../inspection/inspect.js';
import { dumpObstacles } from '../inspection/preflight-checks/dump-rights.js';

/**
 * The backup that comes before a change, unless the user does without one.
 * @returns undefined after `--no-backup`, and for the demo's database, which is thrown away afterwards
 * @throws {UpgradeError} YF340, YF341, YF342: what stands in the way of one is told before anything is asked
 */
export async function planBackupFirst(
  target: Target,
  inspection: Inspection,
  { backup, backupDir, keep }: Settings,
): Promise<BackupPlan | undefined> {
  return target.kind === 'embedded' || backup === false ? undefined : planBackup(target, inspection, backupDir, keep);
}

/** What of the database stands in the way of the backup that comes before a change, unless the user does without one. Pure. */
export function inTheWayOfBackup(
  target: Target,
  { conditions, snapshot }: Inspection,
  { backup }: Pick<Settings, 'backup'>,
): UpgradeError[] {
  return target.kind === 'embedded' || backup === false || conditions === undefined
    ? []
    : dumpObstacles(conditions.dump, snapshot);
}

/** What the user should know of it before saying yes. */
export function backupLines(target: Target, plan: BackupPlan | undefined): string[] {
  if (target.kind === 'embedded') return ['  Backup     none: this database is thrown away afterwards', ''];
  if (!plan) return ['  Backup     none, as --no-backup says', ''];
  const lines = [`  Backup     to ${visible(plan.folder)}, with pg_dump ${visible(plan.programs.where)}`];
  if (plan.vanishes) {
    lines.push(
      '             That folder is inside this container and is gone with it. To keep the backup, add to docker run: -v "$PWD:/work"',
    );
  }
  if (plan.keep !== undefined)
    lines.push(
      `             Of the backups of this database there, the newest ${plan.keep === 1 ? 'one stays' : `${plan.keep} stay`}, and older ones are removed (--keep).`,
    );
  return [...lines, ''];
}
