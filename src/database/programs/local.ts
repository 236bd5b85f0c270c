import { spawn } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DirectTarget } from '../target.js';
import { ownerTag } from '../../machine/owner-tag.js';
import { makeTemporaryFolder } from '../../machine/temporary-folder.js';
import { ConnectionLost } from '../session.js';
import { feed } from './feed.js';
import { withLibpqEnvironment } from './libpq-environment.js';
import { LastWords, type ClientPrograms, type ProgramResult, type ProgramRun } from './programs.js';
import type { LocalPrograms } from './find-local.js';

/** How long an abandoned program may take to leave, in ms, before it is killed. */
const LEAVE_MS = 2000;

/** pg_dump and pg_restore of this machine, connecting as `pg` does. */
export function localPrograms(found: LocalPrograms, target: DirectTarget, serverMajor: number): ClientPrograms {
  return {
    where: `${found.version} in ${found.folder}`,
    setsWhatServerLacks: found.major >= 17 && serverMajor < 17,
    nullDevice: devNull,
    run: (run) =>
      withLibpqEnvironment(target, run.connection, (env) =>
        withList(run, (listed) => runHere(found[run.program], listed, env)),
      ),
  };
}

/** pg_restore reads the list from a file; this one holds numbers alone. */
async function withList(run: ProgramRun, work: (run: ProgramRun) => Promise<ProgramResult>): Promise<ProgramResult> {
  if (run.entries === undefined) return work(run);
  const folder = await makeTemporaryFolder(`yokeflow-upgrade-list-${ownerTag()}-`);
  try {
    const list = join(folder, 'entries.list');
    await writeFile(list, `${run.entries.join('\n')}\n`, { mode: 0o600, flag: 'wx' });
    return await work({ ...run, args: [...run.args, `--use-list=${list}`] });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runHere(
  path: string,
  { args, input, output, endOnServer, signal }: ProgramRun,
  env: NodeJS.ProcessEnv,
): Promise<ProgramResult> {
  signal.throwIfAborted();
  const child = spawn(path, args, { env, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
  const exit = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code));
  });
  exit.catch(() => undefined);
  const abandon = () => {
    child.kill('SIGTERM');
    // One that is stopped hears of no SIGTERM, and what it wrote would never end.
    setTimeout(() => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    }, LEAVE_MS).unref();
  };
  signal.addEventListener('abort', abandon, { once: true });
  child.stdin.on('error', () => undefined);
  const stderr = new LastWords();
  child.stderr.on('data', (bytes: Buffer) => stderr.hear(bytes));
  try {
    const feeding = input ? feed(child.stdin, input, signal) : Promise.resolve();
    feeding.then(() => child.stdin.end(), abandon);
    for await (const bytes of child.stdout as AsyncIterable<Buffer>) await output?.(bytes);
    const exitCode = await exit;
    await feeding;
    signal.throwIfAborted();
    if (exitCode === null) throw new ConnectionLost(`${path} was killed`);
    return { exitCode, stderr: stderr.toString() };
  } catch (error) {
    child.kill('SIGTERM');
    const left = await Promise.race([
      exit.then(
        () => true,
        () => true,
      ),
      sleep(LEAVE_MS, false),
    ]);
    if (!left) child.kill('SIGKILL');
    await endOnServer?.();
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener('abort', abandon);
  }
}
