/** PostgreSQL cuts longer names off silently (NAMEDATALEN, "Lexical Structure"), and two might become one. */
const LONGEST_NAME = 63;

/** What a scratch database is for. */
export type Purpose = 'restore' | 'rehearsal';

/** The name of a scratch database: `yokeflow_restore_1a2b3c4d`. */
export function scratchName(database: string, purpose: Purpose, random: string): string {
  return withSuffix(database, `_${purpose}_${random}`);
}

/** What the database that was there is called from then on: `yokeflow_before_restore_20261123_021931`. */
export function keptName(database: string, now: Date): string {
  const [date = '', time = ''] = now.toISOString().split('T');
  return withSuffix(database, `_before_restore_${date.replaceAll('-', '')}_${time.slice(0, 8).replaceAll(':', '')}`);
}

function withSuffix(database: string, suffix: string): string {
  let start = database;
  while (Buffer.byteLength(start + suffix) > LONGEST_NAME) start = start.slice(0, -1);
  return start + suffix;
}
