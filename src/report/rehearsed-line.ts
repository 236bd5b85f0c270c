import type { Rehearsal } from '../rehearse/rehearse.js';
import { formatDuration, plural } from './words.js';

/** What a rehearsal that held is worth saying. */
export function rehearsedLine({ how, copyMs, upgradeMs, checks }: Rehearsal): string {
  const copied = how === 'template' ? 'copied by PostgreSQL' : 'copied by pg_dump and pg_restore';
  return `The upgrade works on a copy of your database: ${plural(checks.length, 'check holds', 'checks hold')}. `
    + `It was ${copied} in ${formatDuration(copyMs)} and upgraded in ${formatDuration(upgradeMs)}. The copy is gone; your database was not touched.`;
}
