import { createHash } from 'node:crypto';
import type { Identity } from '../detect/identity.js';

/** What a backup's name tells of where it is from. */
export interface Origin {
  /** ISO 8601, to the second. */
  readonly at: string;
  /** {@link serverTag} of the server; undefined for a backup of an earlier release of this program. */
  readonly server?: string;
  readonly databaseOid?: number;
}

/** A server in eight characters: enough to tell a handful of servers apart, and short enough for a file's name. */
export function serverTag(systemIdentifier: string): string {
  return createHash('sha256').update(systemIdentifier).digest('hex').slice(0, 8);
}

/**
 * Reads the name of a backup, after the database in it. Pure.
 * @param rest as `1.3.0-20261123T021931Z.7f3a9c2e-16384.dump`; no release has a hyphen in it
 */
export function readOrigin(rest: string): Origin | undefined {
  const parts = /^[^-]+-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z(?:\.([0-9a-f]{8})-(\d+))?(?:-\d+)?\.dump$/.exec(rest);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second, server, oid] = parts;
  const at = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
  if (Number.isNaN(Date.parse(at))) return undefined;
  return { at, ...(server !== undefined && { server, databaseOid: Number(oid) }) };
}

/** The origin in the name of any backup, whatever its database is called. */
export function originOf(fileName: string): Origin | undefined {
  const start = /-(?=[^-]+-\d{8}T\d{6}Z)/.exec(fileName);
  return start ? readOrigin(fileName.slice(start.index + 1)) : undefined;
}

/**
 * Whose a backup is. `earlier`: of another database of the same server, which had, or has, the name that the file begins
 * with; a restore makes such. `unknown`: it carries nothing, or the server's identifier may not be asked for.
 */
export type Belonging = 'this' | 'earlier' | 'unknown' | 'other';

/** Pure. The start of the server is left out: it changes with each restart. */
export function belonging(
  server: string | undefined,
  databaseOid: number | undefined,
  identity: Pick<Identity, 'systemIdentifier' | 'databaseOid'> | undefined,
): Belonging {
  if (server === undefined || !identity?.systemIdentifier) return 'unknown';
  if (server !== serverTag(identity.systemIdentifier)) return 'other';
  return databaseOid === identity.databaseOid ? 'this' : 'earlier';
}
