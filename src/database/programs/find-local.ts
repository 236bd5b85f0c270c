import { execFile } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** pg_dump and pg_restore of one installation. */
export interface LocalPrograms {
  readonly folder: string;
  /** As pg_dump prints it: `15.18`. */
  readonly version: string;
  readonly major: number;
  readonly pg_dump: string;
  readonly pg_restore: string;
}

/** How long `pg_dump --version` may take, in ms. */
const VERSION_MS = 5000;

/**
 * Folders in which installers put PostgreSQL's client programs: Debian and Ubuntu, Red Hat, Alpine, Homebrew on both
 * kinds of Mac, Postgres.app, MacPorts, and the installer for Windows. `*` stands for any one folder.
 */
const installed = [
  '/usr/lib/postgresql/*/bin',
  '/usr/pgsql-*/bin',
  '/usr/libexec/postgresql*',
  '/opt/homebrew/opt/libpq*/bin',
  '/opt/homebrew/opt/postgresql*/bin',
  '/usr/local/opt/libpq*/bin',
  '/usr/local/opt/postgresql*/bin',
  '/Applications/Postgres.app/Contents/Versions/*/bin',
  '/opt/local/lib/postgresql*/bin',
];

/** Every folder that may hold PostgreSQL's client programs, those of the PATH first. */
export function candidateFolders(env: NodeJS.ProcessEnv = process.env): string[] {
  const path = (env['PATH'] ?? env['Path'] ?? '').split(delimiter).filter(Boolean);
  const windows = [env['ProgramW6432'], env['ProgramFiles']].flatMap((folder) =>
    folder ? [`${folder.replaceAll('\\', '/')}/PostgreSQL/*/bin`] : [],
  );
  return [...new Set([...path, ...[...installed, ...windows].flatMap(expand)])];
}

/** The folders that a pattern with one `*` stands for. */
function expand(pattern: string): string[] {
  const parts = pattern.split('/');
  const at = parts.findIndex((part) => part.includes('*'));
  const [before = '', after = ''] = (parts[at] ?? '').split('*');
  const parent = parts.slice(0, at).join('/');
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .filter((name) => name.startsWith(before) && name.endsWith(after))
    .map((name) => [parent, name, ...parts.slice(at + 1)].join('/'));
}

/** Every installation of pg_dump with its pg_restore, newest first. */
export async function findLocalPrograms(folders: readonly string[] = candidateFolders()): Promise<LocalPrograms[]> {
  const end = process.platform === 'win32' ? '.exe' : '';
  const found = await Promise.all(
    withoutTwins(folders).map(async (folder): Promise<LocalPrograms | undefined> => {
      const [pg_dump, pg_restore] = [join(folder, `pg_dump${end}`), join(folder, `pg_restore${end}`)];
      if (!existsSync(pg_dump) || !existsSync(pg_restore)) return undefined;
      const version = await versionOf(pg_dump);
      return version === undefined
        ? undefined
        : { folder, version, major: Number.parseInt(version, 10), pg_dump, pg_restore };
    }),
  );
  return found.filter((one) => one !== undefined).sort((a, b) => b.major - a.major);
}

/** One installation under several names counts once: /bin is /usr/bin on most systems. */
function withoutTwins(folders: readonly string[]): string[] {
  const places = folders.map((folder) => (existsSync(folder) ? realpathSync(folder) : folder));
  return folders.filter((_, at) => places.indexOf(places[at] ?? '') === at);
}

const versions = new Map<string, Promise<string | undefined>>();

/** What a program says of its version. It is asked once: that takes as long as a look at a database. */
function versionOf(program: string): Promise<string | undefined> {
  const known = versions.get(program) ?? askForVersion(program);
  versions.set(program, known);
  return known;
}

async function askForVersion(program: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(program, ['--version'], { timeout: VERSION_MS, windowsHide: true });
    return /\(PostgreSQL\) (\d+\S*)/.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}

/**
 * The installation that suits a server: of its own major version, else the oldest one above it. pg_dump refuses a
 * server that is newer than itself ("pg_dump", Notes).
 */
export function fitting(installations: readonly LocalPrograms[], serverMajor: number): LocalPrograms | undefined {
  return installations.filter(({ major }) => major >= serverMajor).sort((a, b) => a.major - b.major)[0];
}
