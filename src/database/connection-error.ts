import type { DirectTarget, DockerTarget } from '../detect/target.js';
import type { ErrorCode } from '../errors/codes.js';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { visible } from '../inert/visible.js';

interface Cause {
  code: ErrorCode;
  message: string;
  remedy: string;
  /** Where the server answers and lets nobody in for now, it is found. */
  exitCode?: ExitCode;
}

/** Says in the user's words why a direct connection did not come about. */
export function connectionError(cause: unknown, target: DirectTarget): UpgradeError {
  if (cause instanceof UpgradeError) return cause;
  const where = `${target.host}:${target.port}`;
  return failed(cause, explain(cause, where, target.user, target.database, `the connection from ${target.source}`));
}

/** Says in the user's words why psql in a container did not connect. */
export function execError(cause: unknown, target: DockerTarget): UpgradeError {
  if (cause instanceof UpgradeError) return cause;
  const text = messageOf(cause);
  const { container, user, database } = target;
  if (/psql: not found|executable file not found/.test(text)) {
    return failed(cause, {
      code: 'YF208',
      message: `There is no psql in the container ${container}.`,
      remedy: 'Name the PostgreSQL container with --container NAME, or go through its port with --database-url URL.',
    });
  }
  if (/is not running|is paused|No such container/i.test(text)) {
    return failed(cause, {
      code: 'YF202',
      message: `The container ${container} stopped while it was being looked at.`,
      remedy: `Start it with: docker start ${container}`,
    });
  }
  return failed(cause, explain(cause, `in container ${container}`, user, database, "the container's environment"));
}

function failed(cause: unknown, { code, message, remedy, exitCode = ExitCode.noDatabase }: Cause): UpgradeError {
  return new UpgradeError({ code, exitCode, message, found: [messageOf(cause)], remedy, cause });
}

function explain(cause: unknown, where: string, user: string, database: string, source: string): Cause {
  const code = (cause as { code?: string }).code ?? '';
  const text = messageOf(cause);
  if (/^28/.test(code) || /password authentication failed|no password supplied|pg_hba\.conf|role ".*" does not exist|SASL/i.test(text)) {
    return {
      code: 'YF205',
      message: `The PostgreSQL ${where} refused the user ${visible(user)}.`,
      remedy: `Check user and password of ${source}; the password may also come from PGPASSWORD or ~/.pgpass.`,
    };
  }
  // too_many_connections: of the role, of the database, or of the server.
  if (code === '53300' || /too many connections for (?:role|database)|sorry, too many clients|remaining connection slots/.test(text)) {
    return {
      code: 'YF321',
      message: `The PostgreSQL ${where} has no connection left for the user ${visible(user)}.`,
      remedy: 'Stop what uses them, such as YokeFlow\'s API and agents, or let a superuser raise the limit that is named above; then run this again.',
      exitCode: ExitCode.refused,
    };
  }
  if (code === '3D000' || /database ".*" does not exist/.test(text)) {
    return {
      code: 'YF206',
      message: `The PostgreSQL ${where} has no database ${visible(database)}.`,
      remedy: 'Check the database name in --database-url, or name the right container with --container NAME.',
    };
  }
  if (/SSL|TLS|certificate|self-signed/i.test(text) || /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS)/.test(code)) {
    return {
      code: 'YF211',
      message: `No encrypted connection to ${where} came about.`,
      remedy: 'Name the authority\'s certificate with sslrootcert=FILE in the URL, or set sslmode=disable for a server without TLS.',
    };
  }
  return {
    code: 'YF204',
    message: `The PostgreSQL ${where} does not answer.`,
    remedy: 'Check that the server runs and that host and port are right, then run: yokeflow-upgrade status',
  };
}

function messageOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(messageOf).join('; ');
  const text = cause instanceof Error ? cause.message : String(cause);
  return (text || (cause as { code?: string }).code || 'no reason given').trim();
}
