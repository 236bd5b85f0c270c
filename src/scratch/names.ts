import { createHash, randomBytes } from 'node:crypto';

/** PostgreSQL cuts longer names off silently (NAMEDATALEN, "Lexical Structure"), and two might become one. */
const LONGEST_NAME = 63;

/** What a scratch database is for. */
export type Purpose = 'restore' | 'rehearsal';

/** How many letters of a name are random, and how many prove that this program chose it. */
const LETTERS = 8;

/**
 * The name of a scratch database: `yokeflow_restore_` and sixteen letters, which no date can be. The second half is
 * computed from the rest, with the database's whole name in it: so the name proves by itself what it is for, also
 * where a long name was cut and two databases begin alike.
 * @param random eight letters from a to z
 */
export function scratchName(database: string, purpose: Purpose, random = lettersOf(randomBytes(LETTERS))): string {
  const proof = lettersOf(
    createHash('sha256').update(['yokeflow-upgrade', purpose, random, database].join('\0')).digest(),
  );
  return withSuffix(database, `_${purpose}_${random}${proof}`);
}

/** Whether this program chose the name for a scratch database of this database. Pure. */
export function isScratchName(name: string, database: string, purpose: Purpose): boolean {
  const [, random] = /_([a-z]{8})[a-z]{8}$/.exec(name) ?? [];
  return random !== undefined && name === scratchName(database, purpose, random);
}

/** What the database that was there is called from then on: `yokeflow_before_restore_20261123_021931`. */
export function keptName(database: string, now: Date, taken: readonly string[] = []): string {
  const [date = '', time = ''] = now.toISOString().split('T');
  const suffix = `_before_restore_${date.replaceAll('-', '')}_${time.slice(0, 8).replaceAll(':', '')}`;
  for (let number = 1; ; number++) {
    const name = withSuffix(database, number === 1 ? suffix : `${suffix}_${number}`);
    if (!taken.includes(name)) return name;
  }
}

/** How versions up to 0.1 began the name of a scratch database; eight hexadecimal digits followed. */
export function olderBeginning(database: string, purpose: Purpose): { beginning: string; cut: boolean } {
  const suffix = `_${purpose}_`;
  let start = database;
  while (Buffer.byteLength(start + suffix) + LETTERS > LONGEST_NAME) start = start.slice(0, -1);
  // They cut between the halves of a surrogate pair, and what was sent for a half is U+FFFD.
  return { beginning: Buffer.from(start + suffix).toString(), cut: start !== database };
}

function lettersOf(bytes: Buffer): string {
  return [...bytes.subarray(0, LETTERS)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('');
}

/** Cuts between what people see as characters: half of one would be another name, or none. */
function withSuffix(database: string, suffix: string): string {
  let [start, room] = ['', LONGEST_NAME - Buffer.byteLength(suffix)];
  for (const { segment } of new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(database)) {
    room -= Buffer.byteLength(segment);
    if (room < 0) break;
    start += segment;
  }
  return start + suffix;
}
