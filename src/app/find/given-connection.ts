import { resolve } from 'node:path';
import { commandLineSource } from '../../detect/direct.js';
import { refuseBoth } from '../../detect/refuse-both.js';
import { ExitCode, UpgradeError } from '../../errors/error.js';
import { shellWord } from '../../inert/shell.js';
import type { Finding } from '../../inspection/finding.js';
import { fileFailure, realSurroundings, type Surroundings } from '../../machine/surroundings.js';
import { rememberSlips } from '../../redaction/slips.js';
import type { FindOptions } from '../options.js';
import type { Run } from '../run.js';

/** The option that keeps a connection, and its password, out of the command line, which everybody on the machine can read. */
const option = '--database-url-file';

/** Any right of the group or of others (S_IRWXG and S_IRWXO). */
const OPEN_TO_OTHERS = 0o077;

/** The connection string that the options lead to, and what it is from. */
export type GivenConnection = Pick<FindOptions, 'databaseUrl'> & { readonly source?: string };

/**
 * Reads the connection from the file that `--database-url-file` names, or asks for it, where that is `-`.
 * @throws {UpgradeError} YF103 beside another option that names the database, YF207 (exit 2) for a file that cannot be read, YF102 where nobody is there
 *   to be asked, YF701
 */
export async function givenConnection(run: Run, from = realSurroundings()): Promise<GivenConnection> {
  const { container, databaseUrl, databaseUrlFile: file, engine, kube, database, user, port } = run.options;
  if (file === undefined) return { databaseUrl };
  refuseBoth({
    '--database-url-file': file,
    '--database-url': databaseUrl,
    '--container': container,
    '--engine': engine,
    '--kube': kube,
    '--database': database,
    '--user': user,
    '--port': port,
  });
  const text = file === '-' ? await asked(run) : read(file, run, from);
  rememberSlips([text]);
  return { databaseUrl: text, source: `${option} ${file}` };
}

async function asked(run: Run): Promise<string> {
  const answer = run.isAttended ? await run.decide({ kind: 'database-url' }) : undefined;
  if (answer !== undefined) return answer.trim();
  throw new UpgradeError({
    code: 'YF102',
    message: `${option} - asks for the connection on a terminal, and nobody can be asked here.`,
    remedy: `Write the connection into a file that you alone may read (chmod 600), and name that: ${option} FILE`,
  });
}

function read(file: string, run: Run, from: Surroundings): string {
  const path = resolve(from.cwd, file);
  let text: string;
  try {
    text = from.readText(path);
  } catch (cause) {
    throw new UpgradeError({
      code: 'YF207',
      exitCode: ExitCode.usage,
      message: `${path}, which ${option} names, cannot be read.`,
      found: [fileFailure(cause)],
      remedy: `Name a text file with the connection in it, which you alone may read (chmod 600), or give it in another way: ${commandLineSource} URL`,
      cause,
    });
  }
  const mode = from.platform === 'win32' ? undefined : from.modeOf(path);
  if (mode !== undefined && (mode & OPEN_TO_OTHERS) !== 0) run.note(openToOthers(path, mode));
  return text.replace(/\r?\n$/, '');
}

const openToOthers = (path: string, mode: number): Finding => ({
  code: 'YF833',
  title: `${path} holds the connection, and is open to others than its owner (mode ${mode.toString(8).padStart(4, '0')})`,
  remedy: `Close it: chmod 600 ${shellWord(path)}`,
});
