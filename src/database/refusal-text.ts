import type { Refusal } from './refusal-cause.js';
import { translations } from './server-messages.js';

/** What is known of a failed attempt beside its error. */
export interface Attempted {
  readonly user: string;
  readonly database: string;
  /** Whether the server asked for a password. */
  readonly wasAsked: boolean;
}

/** English, which is PostgreSQL's own, libpq's (asked for by LC_MESSAGES), and that of poolers. */
const english: readonly (readonly [Refusal, RegExp])[] = [
  ['no-password', /no password supplied/],
  [
    'server-full',
    /too many clients|remaining connection slots are reserved|no more connections allowed|max(?:imum)? (?:client )?connections/i,
  ],
  ['role-full', /too many connections for role/],
  ['database-full', /too many connections for database/],
  ['database-closed', /is not currently accepting connections/],
  ['database-invalid', /cannot connect to invalid database/],
  ['not-ready', /the database system is /],
  ['may-not-log-in', /is not permitted to log in/],
  ['other-proof', /(?:peer|ident|certificate|GSSAPI|SSPI) authentication failed|valid client certificate/i],
  ['wrong-password', /authentication failed|no such user/],
  ['unknown-role', /role .* does not exist/],
  ['no-database', /database .* does not exist|no such database/],
  ['may-not-connect', /permission denied for database/],
  // The name of the file is in all languages.
  ['not-admitted', /pg_hba\.conf/],
];

const known = [
  ...english,
  ...translations.flatMap(([refusal, texts]) => texts.map((text) => [refusal, patternOf(text)] as const)),
];

/** What the text of a refusal means, where it is one of PostgreSQL's own; undefined otherwise. Pure. */
export function refusalInText(
  text: string,
  { user, database }: Pick<Attempted, 'user' | 'database'>,
): Refusal | undefined {
  // A name may be a message itself.
  const said = [database, user]
    .filter((name) => name.length > 3)
    .reduce((rest, name) => rest.replaceAll(name, 'NAME'), text);
  return known.find(([, pattern]) => pattern.test(said))?.[0];
}

/** A message with anything in the place of its names. */
function patternOf(message: string): RegExp {
  return new RegExp(
    message
      .split('%s')
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/\s+/g, '\\s+'))
      .join('[^\\n]*'),
  );
}
