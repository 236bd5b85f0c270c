import type { Rehearsal } from '../../rehearse/rehearse.js';
import { passedText } from '../../engine/verify.js';
import { formatDuration } from '../../inert/words.js';

/** The verdict of a rehearsal that passed. */
export function rehearsedLine({ how, why, copyMs, upgradeMs, checks }: Rehearsal): string {
  const copied = how === 'template' ? 'copied by PostgreSQL itself' : 'copied by pg_dump and pg_restore';
  return (
    `The upgrade works on a copy of your database: ${passedText(checks)}. ` +
    `It was ${copied} in ${formatDuration(copyMs)}, because ${why}, and upgraded in ${formatDuration(upgradeMs)}. The copy is gone; your database was not touched.`
  );
}
