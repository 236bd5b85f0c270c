import type { ClientPrograms } from '../database/programs/programs.js';
import type { Identity } from '../detect/identity.js';
import type { DirectTarget, DockerTarget, Target } from '../database/target.js';
import type { Inspection } from '../inspection/inspection.js';
import { dumpObstacles } from '../inspection/preflight-checks/dump-rights.js';
import { firstObstacle } from '../inspection/refusals.js';
import { noDumpThroughPooler } from '../inspection/route.js';
import { backupFolder, inspectFolder, requireKept } from './folder.js';
import { programsFor, requireDumpIn } from './programs-for.js';

/** A backup that can be made, as far as that can be known before. */
export interface BackupPlan {
  readonly programs: ClientPrograms;
  readonly database: string;
  readonly release: string;
  readonly identity: Identity;
  /** Absolute. It may not exist yet. */
  readonly folder: string;
  /** How many whole backups of this database are to be in the folder afterwards, this one included; undefined where none is removed. */
  readonly keep?: number | undefined;
  readonly databaseBytes: number;
}

/** The role that pg_dump connects as; undefined where it is that of the sessions. In a container these may be the tables' owner's. Pure. */
export function dumpRole(target: Target): string | undefined {
  return target.kind === 'docker' ? target.user : undefined;
}

/**
 * Finds the programs, the folder and the free space for a backup. Changes nothing.
 * @param folder as the user named it; undefined for the default
 * @param keep how many backups of this database are to be left in it; undefined for all
 * @throws {UpgradeError} YF112 (exit 2) where the current folder is gone, YF312 through a pooler, YF354, YF355 what the role may not read, YF340 no room, YF341 no fitting pg_dump, YF342 a folder that cannot be written to,
 *   YF364 a folder that is gone with this container
 */
export async function planBackup(
  target: DockerTarget | DirectTarget,
  { snapshot, version, route, identity, conditions }: Inspection,
  folder: string | undefined,
  keep?: number,
): Promise<BackupPlan> {
  if (route.pooled) throw noDumpThroughPooler(route);
  const unreadable = conditions && firstObstacle(dumpObstacles(conditions.dump, snapshot));
  if (unreadable) throw unreadable;
  const place = backupFolder(folder);
  if (target.kind === 'docker') await requireDumpIn(target, snapshot.server.versionNumber);
  await requireKept(place);
  const programs = await programsFor(target, snapshot.server.versionNumber);
  await inspectFolder(place, snapshot.sizeBytes);
  return {
    programs,
    database: snapshot.database,
    release: version.release?.version ?? 'unknown',
    identity,
    folder: place,
    keep,
    databaseBytes: snapshot.sizeBytes,
  };
}
