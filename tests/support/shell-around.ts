import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import { program, surroundings } from './command.js';

export interface ShellResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the built command from a line of a shell, where it stands as `"$@"`: with a limit, a closed output, a folder that is gone.
 * @param node the Node to run it with; by default this one
 */
export async function runInShell(
  line: string,
  args: readonly string[],
  { env = {}, node = process.execPath }: { env?: Record<string, string>; node?: string } = {},
): Promise<ShellResult> {
  const home = mkdtempSync(join(tmpdir(), 'yokeflow-upgrade-home-'));
  const child = spawn('bash', ['-c', line, 'bash', node, program, ...args], {
    cwd: home,
    env: { ...surroundings(home, false), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close') as Promise<[number | null]>;
  const [stdout, stderr, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  rmSync(home, { recursive: true, force: true });
  return { exitCode, stdout, stderr };
}
