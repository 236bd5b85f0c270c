/** PostgreSQL cuts longer names off silently (NAMEDATALEN, "Lexical Structure"), and two might become one. */
const LONGEST_NAME = 63;

/** Where an archive is restored to before it takes the database's place: `yokeflow_restore_1a2b3c4d`. */
export function scratchName(database: string, random: string): string {
  return withSuffix(database, `_restore_${random}`);
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
