import { marksOf } from '../../catalog/marks.js';
import { connectorBeside, connectorTo } from '../../database/connect.js';
import { ConnectionLost, DatabaseError, type Session } from '../../database/session.js';
import type { DirectTarget, DockerTarget } from '../../database/target.js';
import { UpgradeError } from '../../errors/error.js';
import { briefly } from './candidates.js';

/** What the first look at a server is after. */
export interface Inside {
  /** The schemas of the database that was connected to which have YokeFlow's core tables each, by name. */
  readonly schemas: readonly string[];
  /** Other databases that this role may connect to. */
  readonly others: readonly string[];
  /** Whether the server was started to listen at no address, as images do while they make the database. */
  readonly isClosedOff: boolean;
}

/** How many other databases are looked into, and how many at a time. */
const MOST = 12;
const AT_ONCE = 4;

/** What a rehearsal and a restore of this program leave behind, or are still at. */
const ofThisProgram = /_(?:before_restore_\d{8}_\d{6}(?:_\d+)?|(?:rehearsal|restore)_[a-z]{16})$/;

const marks = marksOf('c.relname');
const LOOK = `
  SELECT current_setting('listen_addresses') = ''
           AND (SELECT source = 'command line' FROM pg_settings WHERE name = 'listen_addresses') AS "isClosedOff",
         ARRAY(SELECT n.nspname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND ${marks.isMark}
                GROUP BY n.nspname HAVING ${marks.hasCore} AND ${marks.hasTests} ORDER BY n.nspname) AS schemas,
         ARRAY(SELECT datname::text FROM pg_database
                WHERE datallowconn AND NOT datistemplate AND datname <> current_database()
                  AND has_database_privilege(oid, 'CONNECT') ORDER BY datname) AS others`;

/** @throws {DatabaseError | ConnectionLost} */
export async function readInside(session: Session): Promise<Inside> {
  const [row] = await session.rows<Inside>(LOOK);
  if (row === undefined) throw new ConnectionLost('the server did not answer the first look');
  return row;
}

/**
 * The databases of a server that hold YokeFlow, beside the one that was asked for. Copies that this program made are left out. Never
 * throws: where a database cannot be looked into, it is not among them.
 * @param others their names, where they are known
 */
export async function databasesWithYokeflow(
  target: DockerTarget | DirectTarget,
  others?: readonly string[],
): Promise<string[]> {
  const names = (others ?? (await namesBeside(target))).filter(
    (name) => name !== target.database && !ofThisProgram.test(name),
  );
  const found: string[] = [];
  for (let i = 0; i < Math.min(names.length, MOST); i += AT_ONCE) {
    const some = names.slice(i, i + AT_ONCE);
    const held = await Promise.all(some.map((name) => briefly(connectorTo(target, name), readInside)));
    found.push(...some.filter((_, at) => holdsYokeflow(held[at])));
  }
  return found;
}

const holdsYokeflow = (seen: Inside | string | undefined): boolean =>
  typeof seen === 'object' && seen.schemas.length > 0;

/** For a database that is not there: what else is on its server. */
async function namesBeside(target: DockerTarget | DirectTarget): Promise<readonly string[]> {
  try {
    const seen = await briefly(await connectorBeside(target), readInside);
    return typeof seen === 'string' ? [] : seen.others;
  } catch (error) {
    if (error instanceof UpgradeError || error instanceof DatabaseError || error instanceof ConnectionLost) return [];
    throw error;
  }
}
