import { visible } from '../../inert/visible.js';
import { formatBytes } from '../../inert/words.js';
import type { DirectTarget, DockerTarget } from '../../database/target.js';
import { hostAndPort } from '../../database/host-and-port.js';
import type { ErrorCode } from '../../errors/codes.js';
import type { UpgradeError } from '../../errors/error.js';
import { refusal } from '../../inspection/preflight.js';
import type { Inspection } from '../../inspection/inspection.js';
import { conditionText } from '../../planning/condition.js';
import { newerText } from '../../planning/newer.js';
import { tried, type Tried } from './tried.js';

type Found = DockerTarget | DirectTarget;

/** Codes of a server that answers and lets this user not in. */
const ofLogin: ReadonlySet<ErrorCode> = new Set(['YF205', 'YF216', 'YF217', 'YF218', 'YF219']);
/** Codes of a login that was right, for another database. */
const ofDatabase: ReadonlySet<ErrorCode> = new Set(['YF206', 'YF214']);

/** How far a connection came that failed. Pure. */
export function connectionTried(target: Found, { code, message, found }: UpgradeError): Tried[] {
  const failed = [message, ...found].join(' ');
  const [login, database] = [ofLogin.has(code), ofDatabase.has(code)];
  if (!login && !database) return [tried('connection', connectionOf(target), false, `${code}: ${failed}`)];
  return [
    tried('connection', connectionOf(target), true, 'the server answers'),
    tried(
      'connection',
      `login as ${target.user}`,
      database,
      database ? 'the server knows this user' : `${code}: ${failed}`,
    ),
    ...(database ? [tried('database', `database ${target.database}`, false, `${code}: ${failed}`)] : []),
  ];
}

/** What was read of a database. Pure. */
export function databaseTried(
  target: Found,
  inspection: Inspection,
  refused: UpgradeError | undefined,
  named: string | undefined,
): Tried[] {
  const { snapshot, version } = inspection;
  const { server, schema } = snapshot;
  const others = named === undefined ? snapshot.wholeSchemas.filter((other) => other !== schema) : [];
  const release =
    version.release === null
      ? version.newer
        ? `YokeFlow ${newerText(version.newer)}`
        : "YokeFlow's tables"
      : `YokeFlow ${version.release.version}${conditionText(version)}`;
  return [
    tried('connection', connectionOf(target), true, `PostgreSQL ${server.version} answers`),
    tried('connection', `login as ${server.role}`, true, server.isSuperuser ? 'a superuser' : 'an ordinary role'),
    tried(
      'database',
      `database ${snapshot.database}`,
      true,
      `${formatBytes(snapshot.sizeBytes)}, ${snapshot.relationCount} tables and views`,
    ),
    tried(
      'database',
      `schema ${schema}`,
      (version.release !== null || version.newer !== null) && others.length === 0,
      version.release === null && version.newer === null
        ? "it has no tables of YokeFlow's"
        : `it has YokeFlow's tables${others.length > 0 ? `, and so has the schema ${others.map(visible).join(', ')}: say which with --schema` : ''}`,
    ),
    ...(version.release === null && version.newer === null
      ? []
      : [
          tried(
            'database',
            release,
            refused === undefined,
            refused ? `${refused.code}: ${refused.message}` : dueText(inspection),
          ),
        ]),
  ];
}

/** What is due, to follow the release. Pure. */
export function dueText({ plan, version }: Inspection): string {
  if (plan.steps.length === 0) return 'nothing is due';
  return version.release?.version === version.target.version
    ? `a repair of ${version.target.version} is due`
    : `an upgrade to ${version.target.version} is due`;
}

/** Why nothing can be done with it; undefined where YokeFlow can be read. */
export const refusedBy = (inspection: Inspection) => refusal(inspection);

export function connectionOf(target: Found): string {
  return target.kind === 'docker'
    ? `psql in container ${visible(target.container)}, database ${visible(target.database)}`
    : `connection to ${visible(hostAndPort(target))} (${target.source})`;
}
