import { basename } from 'node:path';
import type { Archive } from '../backup/archive.js';
import { belonging, originOf } from '../backup/origin.js';
import type { Identity } from '../detect/identity.js';
import type { Finding } from '../inspection/finding.js';

/** Where a backup is to go. */
export interface Destination {
  readonly database: string;
  /** Of the server; of the database too, where it is there already. Undefined where it could not be had. */
  readonly identity: Identity | undefined;
  readonly isThere: boolean;
}

/**
 * YF817 where a backup is of another database than the one that it is to replace. No refusal: moving to a new server is
 * what backups are for. A file without an identity tells by the database's name in it alone. Pure.
 */
export function anotherDatabase(
  { file, database: dumped }: Pick<Archive, 'file' | 'database'>,
  { database, identity, isThere }: Destination,
): Finding | undefined {
  const origin = originOf(basename(file));
  const made = dumped === undefined ? 'a database' : `the database ${dumped}`;
  const belongs = belonging(origin?.server, origin?.databaseOid, identity);
  if (belongs === 'this') return undefined;
  if (belongs === 'other') return finding(`It was made of ${made} on another server.`);
  if (dumped !== undefined && dumped !== database)
    return finding(
      `It was made of ${made}${belongs === 'unknown' ? '' : ' on this server'}, and is to take the place of ${database}.`,
    );
  if (belongs === 'earlier' && isThere)
    return finding(
      `It was made of an earlier database ${database} of this server; the one that is there now was made, or restored, since.`,
    );
  return undefined;
}

function finding(how: string): Finding {
  return {
    code: 'YF817',
    title: `The backup is of another database. ${how}`,
    remedy: 'If you are moving YokeFlow here, go on. Otherwise name another backup: yokeflow-upgrade restore FILE',
  };
}
