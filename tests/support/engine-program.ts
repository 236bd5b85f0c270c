import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newestRelease } from '../../src/releases/registry.js';
import { engineRelease } from './releases.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The built command, with every release. */
export const wholeProgram = join(root, 'dist', 'cli.js');

const engineRoot = join(root, 'dist', '.engine');

/**
 * The built command as most tests run it: it knows the releases up to `engineRelease`, so that a later one changes nothing of what
 * they expect. Until there is a later one, it is the built command itself.
 */
export const program = newestRelease === engineRelease ? wholeProgram : join(engineRoot, 'dist', 'cli.js');

/** Makes `program`, where it is not the built command itself. */
export function buildEngineProgram(): void {
  if (program === wholeProgram || !existsSync(wholeProgram)) return;
  mkdirSync(engineRoot, { recursive: true });
  for (const name of ['sql', 'fixtures', 'docs', 'package.json'])
    if (!existsSync(join(engineRoot, name))) symlinkSync(join(root, name), join(engineRoot, name));
  const args = ['--out', 'dist/.engine/dist', '--until', engineRelease.version];
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs'), ...args], { stdio: 'inherit' });
}
