import { visible } from '../../inert/visible.js';
import type { RecordedRun } from '../../engine/history.js';
import type { Style } from './style.js';
import { formatMoment } from '../../inert/words.js';

/** How many runs a plain `status` shows; `--json` has them all. */
const SHOWN = 3;

/** The last recorded runs, the latest first, one line each. */
export function historyLines(history: readonly RecordedRun[], style: Style): string[] {
  if (history.length === 0) return [];
  const shown = history.slice(0, SHOWN);
  const earlier = history.length > SHOWN ? style.dim(`  (and ${history.length - SHOWN} before; --json has them)`) : '';
  return ['', `  Last runs${earlier}`, ...shown.map((run) => `    ${runText(run)}`)];
}

function runText({ operation, from, to, endedAt, role, host, backupFile, elsewhere }: RecordedRun): string {
  const time = endedAt === null ? 'at an unknown time' : formatMoment(endedAt);
  const who = [role === null ? '' : `by ${role}`, host === null ? '' : `from ${host}`].filter(Boolean).join(' ');
  const releases = from === null || from === to ? to : `${from} to ${to}`;
  // The record is a table: anyone with write access can put any text into it.
  return visible(
    [
      time,
      operation.padEnd(8),
      releases,
      who,
      backupFile === null ? '' : `backup ${backupFile}`,
      elsewhere ? '(on another server)' : '',
    ]
      .filter(Boolean)
      .join('  '),
  );
}
