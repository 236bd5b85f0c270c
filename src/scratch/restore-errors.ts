/** One error that pg_restore met. */
export interface RestoreError {
  /** The entry of the archive that it was at; undefined where it was at none. */
  readonly entry: string | undefined;
  /** PostgreSQL's words, or pg_restore's own. */
  readonly message: string;
  /** The statement that failed, where there was one. */
  readonly command: string | undefined;
  /** Whether it says nothing of the entry: the connection went, somebody cancelled, or the server ran out of something. */
  readonly passing: boolean;
}

/** libpq's words for a lost connection, and PostgreSQL's of the classes 53 and 57 ("PostgreSQL Error Codes"). */
const passing =
  /\b(?:FATAL|PANIC): |server closed the connection|no connection to the server|connection (?:has been closed|not open|to server .* (?:failed|was lost))|canceling statement|could not (?:extend|write)|No space left on device|out of (?:shared )?memory|deadlock detected|too many (?:clients|connections)|lock timeout/;

/**
 * Reads what pg_restore wrote about errors: `from TOC entry` comes before the first error of an entry, `Command was:` with
 * the statement after PostgreSQL's own words; both need --verbose (warn_or_exit_horribly and ExecuteSqlCommand in pg_backup_archiver.c and
 * pg_backup_db.c, from PostgreSQL 12 on). Pure.
 */
export function readRestoreErrors(stderr: string): RestoreError[] {
  const errors: RestoreError[] = [];
  let entry: string | undefined;
  for (const block of stderr.split(/\n(?=pg_restore: )/)) {
    const toc = /^pg_restore: from TOC entry (\d+);/.exec(block)?.[1];
    if (toc !== undefined) entry = toc;
    if (/^pg_restore: while (?:INITIALIZING|FINALIZING)/.test(block)) entry = undefined;
    if (!block.startsWith('pg_restore: error: ')) continue;
    const [said = '', ...command] = block.slice('pg_restore: error: '.length).split(/\nCommand was: /);
    const message = said.replace(/^could not execute query: (?:\p{Lu}+: +)?/u, '').split('\n')[0] ?? said;
    errors.push({
      entry,
      message,
      command: command.length > 0 ? command.join('\nCommand was: ').trim() : undefined,
      passing: passing.test(said),
    });
  }
  return errors;
}

/** What pg_restore said but for what it was doing, which it tells too. Pure. */
export const withoutProgress = (stderr: string): string =>
  stderr.replace(/^pg_restore: (?!error:|warning:|from TOC).*\n/gm, '');

/** How many errors pg_restore says that it went on after; undefined where it stopped at the first. Pure. */
export function ignoredErrors(stderr: string): number | undefined {
  const count = /^pg_restore: warning: errors ignored on restore: (\d+)$/m.exec(stderr)?.[1];
  return count === undefined ? undefined : Number(count);
}

/**
 * Whether it is the setting that the server does not know: from 17 on pg_restore sets transaction_timeout, whatever the
 * server (pg_backup_archiver.c). Pure.
 */
export const isUnknownSetting = ({ message, entry }: RestoreError): boolean =>
  entry === undefined && /"transaction_timeout"/.test(message);
