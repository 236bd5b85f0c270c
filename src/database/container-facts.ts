import type { ContainerHost } from './container/host.js';
import { outputOf } from './container/output-of.js';
import type { DockerTarget } from './target.js';
import type { UpgradeError } from '../errors/error.js';
import { execError, messageOf } from './connection-error.js';
import { READ_PASSWORD } from './password-in-container.js';
import type { Refusal } from './refusal-cause.js';
import { refusalInText } from './refusal-text.js';
import { ConnectionLost } from './session.js';

/** How many ms the facts may take: one connection after the other, to a server on the same machine. */
const FACTS_MS = 3000;

/**
 * Runs in the container, where psql could not connect; $1 is the database. What it prints is in no language: pg_isready decides by SQLSTATE, libpq
 * speaks English, and the rest is asked in another database.
 */
const LOOK = `
pg_isready >/dev/null 2>&1; echo "ready $?"
( unset PGPASSWORD; psql -X -w -c '' 2>&1 | grep -q 'no password supplied' && echo 'asks for a password' )
${READ_PASSWORD}
for beside in postgres template1; do
  facts=$(echo "SELECT 'beside'; SELECT 'database', datallowconn, datconnlimit, pg_catalog.has_database_privilege(oid, 'CONNECT') FROM pg_catalog.pg_database WHERE datname OPERATOR(pg_catalog.=) :'name'" |
    PGDATABASE=$beside psql -X -q -A -t -w -v name="$1" 2>/dev/null)
  if [ -n "$facts" ]; then echo "$facts"; break; fi
done`;

/** Says in the user's words why psql in a container did not connect. Where its words are unknown, in a language for example, the container is looked at. */
export async function psqlError(cause: unknown, target: DockerTarget, host: ContainerHost): Promise<UpgradeError> {
  const known =
    !(cause instanceof ConnectionLost) ||
    /timeout expired/.test(messageOf(cause)) ||
    refusalInText(messageOf(cause), target) !== undefined;
  if (known || !/FATAL|:/.test(messageOf(cause))) return execError(cause, target);
  const facts = await lookedAt(host, target).catch(() => '');
  return execError(cause, target, refusalByFacts(facts));
}

/** What the facts say of a refusal whose words are not known. Pure. */
export function refusalByFacts(facts: string): Refusal | undefined {
  if (/^ready 1$/m.test(facts)) return 'not-ready';
  if (/^ready [23]$/m.test(facts)) return undefined;
  const [, isOpen, limit, mayConnect] = /^database\|([tf])\|(-?\d+)\|([tf])$/m.exec(facts) ?? [];
  if (limit === '-2') return 'database-invalid';
  if (isOpen === 'f') return 'database-closed';
  if (mayConnect === 'f') return 'may-not-connect';
  if (Number(limit) >= 0) return 'database-full';
  if (/^beside$/m.test(facts)) return limit === undefined ? 'no-database' : 'refused';
  return /^asks for a password$/m.test(facts) ? 'wrong-password' : 'refused';
}

async function lookedAt(host: ContainerHost, { containerId, user, database }: DockerTarget): Promise<string> {
  const { stdout } = await outputOf(
    host,
    containerId,
    {
      args: ['sh', '-c', LOOK, 'sh', database],
      env: {
        LC_ALL: '',
        LC_MESSAGES: 'C',
        LANGUAGE: 'C',
        PGUSER: user,
        PGDATABASE: database,
        PGCONNECT_TIMEOUT: '2',
      },
    },
    FACTS_MS,
  );
  return stdout;
}
