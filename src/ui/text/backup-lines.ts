import { visible } from '../../inert/visible.js';
import { newerText } from '../../planning/newer.js';
import { lineOf, lines } from '../../releases/registry.js';
import type { Version } from '../../planning/version.js';
import type { Outcome } from '../../app/outcome.js';
import { dropLine, restoreLine } from '../../detect/command-lines.js';
import { formatBytes } from '../../inert/words.js';
import { unbroken } from './wrap.js';

/** Where the backup of this run is, and the line that goes back to it. */
export function backupLines({ backup, target }: Outcome): string[] {
  if (!backup || !target) return [];
  return [
    `  Backup: ${visible(backup.file)} (${formatBytes(backup.bytes)})`,
    `  To go back to it: ${unbroken(restoreLine(target, backup.file))}`,
  ];
}

/** What became of the database that a restore has put aside, and the line that drops it. */
export function keptLines({ restored, target }: Outcome): string[] {
  if (restored?.keptAs === undefined || !target || target.kind === 'embedded') return [];
  return [
    `  What was there before is kept as the database ${visible(restored.keptAs)}. To drop it: ${unbroken(dropLine(target, restored.keptAs))}`,
  ];
}

/** Whether a database is of 2.x. */
const isLater = ({ newer, line, release }: Version) =>
  newer !== null || line !== lines[0] || (release !== null && lineOf(release) !== lines[0]);

/** A restore may lead from 1.x to 2.x or back: then the code has to follow. */
export function otherLine({ restored, inspection }: Outcome): string[] {
  const [before, now] = [restored?.replaced, inspection?.version];
  const isYokeflow = before !== undefined && (before.release !== null || before.newer !== null);
  if (!isYokeflow || now === undefined || isLater(before) === isLater(now)) return [];
  const named = ({ newer, release }: Version) => (newer ? newerText(newer) : release?.version);
  return [
    `  It was YokeFlow ${named(before)} before, which is another line than ${named(now)}: each needs the code of its own line.`,
  ];
}
