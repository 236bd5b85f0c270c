import { isIP } from 'node:net';
import { hideText, rememberPassword } from '../redaction/redact.js';
import { holdsCredentials, rememberSlips } from '../redaction/slips.js';

/**
 * What is wrong with parts of a connection one of which is a connection string itself: every message would repeat it, password and all. From
 * now on what is secret in them is hidden.
 * @returns which part it is and what it is not, without what was found; undefined where all may be what they are called
 */
export function slipIn(host: string, user: string | undefined, database: string | undefined): string | undefined {
  rememberSlips([host, user, database]);
  hidePasswordOf(user);
  // A folder, a network address, or a name: letters, digits, hyphens, dots and, as some have it, underscores.
  const isHost = host.startsWith('/') ? !holdsCredentials(host) : isIP(host) !== 0 || !/[@:/\\?#\s]/.test(host);
  if (!isHost) return 'the host is no host';
  if (user !== undefined && holdsCredentials(user)) return 'the user is no user';
  return database !== undefined && holdsCredentials(database) ? 'the database is a connection string' : undefined;
}

/** `user:password` is one word too many. A role may be called so: it is asked for, and not shown. */
function hidePasswordOf(user: string | undefined): void {
  const colon = user?.indexOf(':') ?? -1;
  if (user === undefined || colon === -1) return;
  hideText(user, `${user.slice(0, colon)}:***`);
  rememberPassword(user.slice(colon + 1));
}
