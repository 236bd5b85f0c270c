import { UpgradeError } from '../errors/error.js';
import { localPins, PINNED_PATH, pinnedSettings, setItems } from './pinned-settings.js';
import { DatabaseError } from './session.js';

/** Sends statements in one message, exactly as they are, and returns the first column of each one's row as text. */
export type Ask = (...statements: string[]) => Promise<string[]>;

/** What the opening of a session has found out. */
export interface Opened {
  /** Process id of the backend, which is another one in each transaction behind a pooler. */
  readonly pid: number;
  /** server_version_num, for example 160004. */
  readonly versionNumber: number;
  /** The schemas of the search path that this role gets here by itself, as far as they exist. */
  readonly defaultPath: readonly string[];
  /** Whether a pooler serves each transaction with whatever server connection is free. */
  readonly pooled: boolean;
  /** The pinned settings that this server knows. Behind a pooler each transaction has to set them by itself. */
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * Decides the settings of a new session. Its first statement names pg_catalog for all that it calls and holds no
 * operator that the search path could lead elsewhere, so it means the same whatever is on that path.
 *
 * Behind a pooler nothing is set for the session: whoever gets the server connection next would get the settings too.
 * @param announcedPid the process id that the server announced; undefined where that cannot be known
 * @throws {UpgradeError} YF315 where a setting cannot be had
 * @throws {DatabaseError | ConnectionLost}
 */
export async function openSession(ask: Ask, announcedPid: number | undefined): Promise<Opened> {
  const path = setItems({ search_path: PINNED_PATH }, { local: false });
  const whose = 'pg_catalog.pg_backend_pid() OPERATOR(pg_catalog.=)';
  const [first = '', , values = ''] = await ask(
    `SELECT pg_catalog.json_build_array(pg_catalog.pg_backend_pid(), pg_catalog.current_schemas(false), pg_catalog.current_setting('server_version_num'))`,
    announcedPid === undefined ? `SELECT ${path}` : `SELECT CASE WHEN ${whose} ${announcedPid} THEN ${path} END`,
    valuesQuery,
  );
  const [pid, defaultPath, version] = JSON.parse(first) as [number, string[], string];
  const pooled = announcedPid !== undefined && announcedPid !== pid;
  const { settings, different } = compare(values);
  if (pooled) {
    await ask(localPins(settings)).catch((error: unknown) => {
      throw error instanceof DatabaseError ? cannotSet(Object.keys(different), error) : error;
    });
  } else if (Object.keys(different).length > 0) {
    await set(ask, different);
    const [now = ''] = await ask(valuesQuery);
    const left = Object.keys(compare(now).different);
    if (left.length > 0) throw cannotSet(left);
  }
  return { pid, versionNumber: Number(version), defaultPath, pooled, settings };
}

const names = Object.keys(pinnedSettings);

/** Null for a setting that the server does not know. */
const valuesQuery = `SELECT pg_catalog.json_build_array(${names.map((name) => `pg_catalog.current_setting('${name}', true)`).join(', ')})`;

/** Which of the pinned settings the server knows, and which of those are otherwise. Pure. */
function compare(answer: string): { settings: Record<string, string>; different: Record<string, string> } {
  const values = JSON.parse(answer) as (string | null)[];
  const known = names.flatMap((name, i) =>
    values[i] === null || values[i] === undefined ? [] : [{ name, value: values[i] }],
  );
  const wanted = (name: string) => pinnedSettings[name] ?? '';
  return {
    settings: Object.fromEntries(known.map(({ name }) => [name, wanted(name)])),
    different: Object.fromEntries(
      known.filter(({ name, value }) => value !== wanted(name)).map(({ name }) => [name, wanted(name)]),
    ),
  };
}

/** One after the other, so that the one that cannot be set is named. */
async function set(ask: Ask, settings: Readonly<Record<string, string>>): Promise<void> {
  try {
    await ask(`SELECT ${setItems(settings, { local: false })}`);
    return;
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
  }
  for (const [name, value] of Object.entries(settings)) {
    await ask(`SELECT ${setItems({ [name]: value }, { local: false })}`).catch((error: unknown) => {
      throw error instanceof DatabaseError ? cannotSet([name], error) : error;
    });
  }
}

function cannotSet(names: readonly string[], cause?: DatabaseError): UpgradeError {
  return new UpgradeError({
    code: 'YF315',
    message: `This session cannot decide its own settings, so its statements might not mean what they say: ${names.join(', ')}.`,
    found: [
      ...names.map((name) => `${name} has to be ${pinnedSettings[name] || 'empty'}`),
      ...(cause ? [cause.message] : []),
    ],
    remedy: `Let a superuser take ${names.join(' and ')} out of the settings of this role and database (in psql: \\drds), or connect as another role. Then run this again.`,
    ...(cause && { cause }),
  });
}
