import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

/** The folder of one of docs/examples. */
export const example = (path: string): string => join(checkout, 'docs/examples', path);

/**
 * Installs the built command as docs/automation.md says, `npm install --global .`, with a folder of npm's own.
 * @returns the folder to put on the PATH
 */
export function installGlobally(prefix: string): string {
  execFileSync('npm', ['install', '--global', '--prefix', prefix, '--no-audit', '--no-fund', '.'], {
    cwd: checkout,
    stdio: 'pipe',
  });
  return join(prefix, 'bin');
}
