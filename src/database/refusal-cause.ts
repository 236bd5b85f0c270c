import { engineLine } from './engine-line.js';
import { hostAndPort } from './host-and-port.js';
import type { DirectTarget, DockerTarget } from './target.js';
import type { ErrorCode } from '../errors/codes.js';
import { own, type Remedy } from '../errors/remedy.js';
import { visible } from '../inert/visible.js';
import { databaseUrlOf } from './database-url.js';
import { shellWord } from '../inert/shell.js';
import { passwordInContainer, passwordMissing, publishedPort } from './password-advice.js';
import { quoteIdentifier } from './quote.js';

export interface Cause {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: Remedy;
}

const again = ['then run: ', own('status')] as const;

/** Code, message and remedy of every refusal of a target. Each is of one cause alone. */
function causesOf(target: DirectTarget | DockerTarget) {
  const { user, database } = target;
  const [role, name] = [visible(user), visible(database)];
  const isDirect = target.kind === 'direct';
  const server = isDirect ? `The PostgreSQL ${hostAndPort(target)}` : `The PostgreSQL in container ${target.container}`;
  const named = isDirect ? `the connection from ${target.source}` : "the container's environment";
  const sql = (statement: string) => `Let a superuser run: ${sqlLine({ ...target, user: 'SUPERUSER' }, statement)}`;

  return {
    'server-full': [
      'YF213',
      `${server} has no connection left for ${role}.`,
      `Wait until others disconnect, or end some of theirs. Who they are, as a superuser, for whom a few are kept: ${sqlLine(isDirect ? { ...target, user: 'SUPERUSER' } : target, 'SELECT pid, usename, application_name, state FROM pg_stat_activity')}`,
    ],
    'role-full': [
      'YF213',
      `${server} allows the user ${role} no further connection: its own limit is reached.`,
      sql(`ALTER ROLE ${quoteIdentifier(user)} CONNECTION LIMIT -1`),
    ],
    'database-full': [
      'YF213',
      `${server} allows the database ${name} no further connection: its own limit is reached.`,
      sql(`ALTER DATABASE ${quoteIdentifier(database)} CONNECTION LIMIT -1`),
    ],
    'database-closed': [
      'YF214',
      `The database ${name} is closed to all connections.`,
      `Find out who closed it, and why. To open it again: ${sqlLine(isDirect ? { ...target, user: 'SUPERUSER' } : target, `ALTER DATABASE ${quoteIdentifier(database)} ALLOW_CONNECTIONS true`)}`,
    ],
    'database-invalid': [
      'YF214',
      `The database ${name} is what is left of one: a DROP DATABASE was interrupted, and it can never be connected to again.`,
      ['Restore a backup of it under another name, or correct the database name: ', own('restore', '--help')],
    ],
    'not-ready': [
      'YF215',
      `${server} is there and takes no connections now: it is starting, shutting down or recovering.`,
      [
        `Wait until it is ready${isDirect ? '' : ` (${engineLine(target.engine, 'logs', target.container, 20)})`}, `,
        ...again,
      ],
    ],
    'not-admitted': [
      'YF216',
      `${server} has no rule in its pg_hba.conf that admits ${role} to ${name} from here.`,
      isDirect
        ? `Let whoever runs the server add a line like this one to pg_hba.conf and reload it: ${hbaLine(target)}`
        : `Add a line like this one to pg_hba.conf in the container, before those that reject it, and reload it: ${hbaLine(target)}`,
    ],
    'no-password': [
      'YF217',
      `${server} asks ${role} for a password, and there is none.`,
      isDirect ? passwordMissing(target) : passwordInContainer(target),
    ],
    'wrong-password': [
      'YF205',
      `${server} refused the user ${role} with this password.`,
      isDirect
        ? [
            `Correct the password, which is from ${target.passwordFrom ?? 'nowhere'}, or the user, which may not exist, `,
            ...again,
          ]
        : passwordInContainer(target),
    ],
    'unknown-role': [
      'YF205',
      `${server} has no user ${role}.`,
      isDirect
        ? `Correct the user in ${named}; in psql, \\du lists all of them.`
        : `POSTGRES_USER counts only when a data volume is new. Name the user that the volume was made with through its published port. ${publishedPort({ ...target, user: 'USER' })}`,
    ],
    'may-not-log-in': [
      'YF218',
      `${server} does not let the user ${role} log in: it is a group, or was locked.`,
      `Connect as another user. Or unlock it. ${sql(`ALTER ROLE ${quoteIdentifier(user)} LOGIN`)}`,
    ],
    'unknown-role-or-may-not-log-in': [
      'YF218',
      `${server} has no user ${role}, or one that may not log in.`,
      'Correct the user, or let a superuser look for it in psql with \\du and give it LOGIN.',
    ],
    'may-not-connect': [
      'YF218',
      `The user ${role} has no right to connect to the database ${name}.`,
      sql(`GRANT CONNECT ON DATABASE ${quoteIdentifier(database)} TO ${quoteIdentifier(user)}`),
    ],
    'other-proof': ['YF219', `${server} wants another proof of who ${role} is than a password.`, otherProof(target)],
    'tls-required': [
      'YF220',
      `${server} admits ${role} over an encrypted connection only, and sslmode=disable asks for none.`,
      `Take sslmode=disable out of ${named}, or write sslmode=require. To check who answers too: sslmode=verify-full and sslrootcert=FILE.`,
    ],
    'tls-refused': [
      'YF221',
      `${server} speaks no TLS, and ${named} demands it.`,
      'Let whoever runs the server turn TLS on (ssl = on), or check that host and port are right. Where nobody can listen in, as on one machine or in a tunnel, leave sslmode out.',
    ],
    'tls-failed': [
      'YF211',
      `No encrypted connection to ${isDirect ? hostAndPort(target) : target.container} came about that can be trusted.`,
      "Name the authority's certificate with sslrootcert=FILE in the URL, and the host as that certificate names it.",
    ],
    'no-database': [
      'YF206',
      `${server} has no database ${name}.`,
      isDirect
        ? `Correct the database name in ${named}; in psql, \\l lists all of them.`
        : `POSTGRES_DB counts only when a data volume is new. Which ones there are: ${sqlLine(target, '\\l')}`,
    ],
    'not-postgres': [
      'YF222',
      `What answers at ${isDirect ? hostAndPort(target) : target.container} is no PostgreSQL.`,
      `Correct host and port in ${named}. PostgreSQL's usual port is 5432.`,
    ],
    refused: [
      'YF204',
      `${server} ended the connection with an error of its own.`,
      [`Read what it says above and in its log, `, ...again],
    ],
    silent: [
      'YF204',
      `${server} does not answer.`,
      isDirect
        ? [`Check that the server runs and that host and port are right, `, ...again]
        : [`Read its log (${engineLine(target.engine, 'logs', target.container, 50)}), `, ...again],
    ],
  } satisfies Record<string, readonly [code: ErrorCode, message: string, remedy: Remedy]>;
}

/** Why a connection did not come about. */
export type Refusal = keyof ReturnType<typeof causesOf>;

/** What a refusal means. Pure. */
export function causeOf(refusal: Refusal, target: DirectTarget | DockerTarget): Cause {
  const [code, message, remedy] = causesOf(target)[refusal];
  return { code, message, remedy };
}

/** A line that runs SQL on the same server, beside the database: that one may be what cannot be reached. */
function sqlLine(target: DirectTarget | DockerTarget, statement: string): string {
  const beside = target.database === 'postgres' ? 'template1' : 'postgres';
  const words =
    target.kind === 'docker'
      ? ['docker', 'exec', target.container, 'psql', '-U', target.user, '-d', beside, '-c', statement]
      : ['psql', databaseUrlOf({ ...target, database: beside }), '-c', statement];
  return words.map((word) => shellWord(word)).join(' ');
}

/** A rule of pg_hba.conf. Names that are no plain words stand in quotes there. */
function hbaLine(target: DirectTarget | DockerTarget): string {
  const quoted = (name: string) => (/^[a-z_]\w*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);
  const isLocal = target.kind === 'docker' || target.host.startsWith('/');
  return `${isLocal ? 'local' : 'host'} ${quoted(target.database)} ${quoted(target.user)} ${isLocal ? '' : 'ADDRESS '}scram-sha-256`;
}

function otherProof(target: DirectTarget | DockerTarget): string {
  if (target.kind === 'docker') {
    return `The rule in the container's pg_hba.conf names peer, ident or a certificate. Go through its published port with a password. ${publishedPort(target)}`;
  }
  if (target.host.startsWith('/')) {
    return `The server compares ${visible(target.user)} with the account that runs this. Run it as that account (sudo -u), or connect over TCP with a password: --database-url ${shellWord(databaseUrlOf({ ...target, host: 'localhost', ssl: 'prefer' }))}`;
  }
  return 'Where the server wants a client certificate, name it with sslcert=FILE and sslkey=FILE in the URL. Otherwise let whoever runs it allow scram-sha-256 for this user and address in pg_hba.conf.';
}
