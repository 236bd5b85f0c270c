import { kindOf, type ArchiveEntry } from '../backup/entries.js';
import { DatabaseError, type Session } from '../database/session.js';
import { splitStatements } from '../database/split-statements.js';
import { redactText } from '../redaction/redact.js';
import { ignoredErrors, isUnknownSetting, readRestoreErrors, type RestoreError } from './restore-errors.js';
import { NotFilled, runRestore, type Filling } from './run-restore.js';
import { unfinishedOf, withoutSecrets, type Unfinished } from './unfinished.js';
import { isSubscription } from './without-rows.js';

/** Restores what nothing is built on, one entry after the other, and tells what could not be. */
export async function finishLater(
  filling: Filling,
  database: string,
  entries: readonly ArchiveEntry[],
  flags: readonly string[],
): Promise<Unfinished[]> {
  if (entries.length === 0) return [];
  const result = await runRestore(filling, database, { entries, flags });
  if (result.exitCode === 0) return [];
  const errors = readRestoreErrors(result.stderr);
  const known = errors.filter((error) => !isUnknownSetting(error));
  if (errors.length === 0 || known.some((error) => error.passing)) throw new NotFilled(result);
  const unfinished: Unfinished[] = [];
  for (const error of known) {
    const entry = entries.find(({ id }) => id === error.entry);
    if (entry !== undefined && kindOf(entry) === 'ACL' && error.command !== undefined)
      unfinished.push(...(await grantOneByOne(filling, database, error)));
    else unfinished.push(unfinishedOf(error, entry));
  }
  const more = (ignoredErrors(result.stderr) ?? errors.length + 1) - errors.length;
  return more > 0
    ? [
        ...unfinished,
        {
          statement: '-- see pg_restore --list',
          reason: `pg_restore met ${more} more, of rights, comments, publications, event triggers or materialized views`,
        },
      ]
    : unfinished;
}

/** The rights on an object come as one statement list, which PostgreSQL takes whole or not at all: one missing role must not cost the others theirs. */
function grantOneByOne(
  filling: Filling,
  database: string,
  { command = '', message }: RestoreError,
): Promise<Unfinished[]> {
  return executeAll(
    filling,
    database,
    splitStatements(command).map(({ sql }) => sql),
    message,
  );
}

async function executeAll(
  { connectTo }: Filling,
  database: string,
  statements: readonly string[],
  otherwise = '',
): Promise<Unfinished[]> {
  const session = await connectTo(database)();
  const unfinished: Unfinished[] = [];
  let asAnother: string | undefined;
  try {
    for (const statement of statements) {
      // What another role granted cannot be granted in its name where we may not be it.
      if (/^RESET SESSION AUTHORIZATION/i.test(statement)) asAnother = undefined;
      const reason = asAnother ?? (await refused(session, statement));
      if (reason === undefined) continue;
      if (/^SET SESSION AUTHORIZATION/i.test(statement)) asAnother = reason;
      unfinished.push({ statement: `${withoutSecrets(statement)};`, reason: redactText(reason || otherwise) });
    }
    return unfinished;
  } finally {
    await session.close();
  }
}

/** PostgreSQL's reason not to run it; undefined where it did. */
async function refused(session: Session, statement: string): Promise<string | undefined> {
  try {
    await session.execute(statement);
    return undefined;
  } catch (error) {
    if (error instanceof DatabaseError) return error.message;
    throw error;
  }
}

/** What of an archive is rows, and no text to read owners in. */
const rows: ReadonlySet<string> = new Set([
  'TABLE DATA',
  'BLOBS',
  'SEQUENCE SET',
  'MATERIALIZED VIEW DATA',
  'STATISTICS DATA',
]);

/** Gives each object to its owner, as far as the server has that role, where pg_restore was told not to. */
export async function takeOwners(
  filling: Filling,
  database: string,
  flags: ReadonlySet<string>,
): Promise<Unfinished[]> {
  const tablespaces = flags.has('--no-tablespaces')
    ? [
        {
          statement: 'ALTER TABLE ... SET TABLESPACE ...;',
          reason: "a tablespace of the backup does not exist on this server, so everything is in the database's own",
        },
      ]
    : [];
  if (!flags.has('--no-owner')) return tablespaces;
  const text = await textOf(
    filling,
    filling.entries.filter((entry) => !rows.has(kindOf(entry)) && !isSubscription(entry)),
  );
  return [
    ...(await executeAll(
      filling,
      database,
      statementsOf(text).filter((sql) => /^ALTER [^;]* OWNER TO [^;]*$/.test(sql)),
    )),
    ...tablespaces,
  ];
}

/** Subscriptions with the statement that makes each, but for its connection string. */
export async function subscriptionsLeft(filling: Filling): Promise<Unfinished[]> {
  const entries = filling.entries.filter((entry) => kindOf(entry) === 'SUBSCRIPTION');
  if (entries.length === 0) return [];
  return statementsOf(await textOf(filling, entries))
    .filter((sql) => /^CREATE SUBSCRIPTION/.test(sql))
    .map((sql) => ({
      statement: `${withoutSecrets(sql)};`,
      reason: 'a subscription is not made: the database that was there still uses its slot',
    }));
}

/** What pg_restore would send for some entries. */
export async function textOf(
  { programs, file, signal }: Pick<Filling, 'programs' | 'file' | 'signal'>,
  entries: readonly ArchiveEntry[],
): Promise<string> {
  const parts: Buffer[] = [];
  const { exitCode, stderr } = await programs.run({
    program: 'pg_restore',
    args: ['--file=-'],
    entries: entries.map(({ id }) => id),
    input: { file: file.path, bytes: file.bytes },
    output: async (part) => {
      parts.push(part);
    },
    signal,
  });
  if (exitCode !== 0) throw new Error(`pg_restore cannot print the archive: ${stderr}`);
  return Buffer.concat(parts).toString('utf8');
}

/** Statements without the comments before them; a line such as \restrict is for psql. */
function statementsOf(text: string): string[] {
  return splitStatements(text).map(({ sql }) => sql.replace(/^(?:\s*(?:--|\\)[^\n]*(?:\n|$))+/, '').trim());
}
