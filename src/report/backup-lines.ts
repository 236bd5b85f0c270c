import { visible } from '../inert/visible.js';
import type { Outcome } from './outcome.js';
import { dropLine, restoreLine } from './shell.js';
import { formatBytes } from './words.js';
import { unbroken } from './wrap.js';

/** Where the backup of this run is, and the line that goes back to it. */
export function backupLines({ backup, target }: Outcome): string[] {
  if (!backup || !target) return [];
  return [`  Backup: ${visible(backup.file)} (${formatBytes(backup.bytes)})`, `  To go back to it: ${unbroken(restoreLine(target, backup.file))}`];
}

/** What became of the database that a restore has put aside, and the line that drops it. */
export function keptLines({ restored, target }: Outcome): string[] {
  if (restored?.keptAs === undefined || !target || target.kind === 'embedded') return [];
  return [`  What was there before is kept as the database ${visible(restored.keptAs)}. To drop it: ${unbroken(dropLine(target, restored.keptAs))}`];
}
