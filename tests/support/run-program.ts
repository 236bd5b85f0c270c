import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export interface ProgramResult {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs any program to its end, without a terminal.
 * @param env all that it finds in its environment
 * @param uid the user it runs as, with `gid` and no further group; absent: the one who runs the tests
 */
export async function runProgram(
  file: string,
  args: readonly string[],
  options: { env: Record<string, string>; cwd?: string; uid?: number; gid?: number },
): Promise<ProgramResult> {
  const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { exitCode, stdout, stderr };
}

/** The variables of this machine that lead to its Docker engine and its programs. */
export function machineEnv(): Record<string, string> {
  const { PATH = '', DOCKER_HOST } = process.env;
  return { PATH, ...(DOCKER_HOST === undefined ? {} : { DOCKER_HOST }) };
}
