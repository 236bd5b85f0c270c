import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

/** Makes `program` out of what was built, where it is not the built command itself. */
export function buildEngineProgram(): void {
  if (program === wholeProgram || !existsSync(wholeProgram)) return;
  rmSync(engineRoot, { recursive: true, force: true });
  mkdirSync(engineRoot);
  for (const name of ['sql', 'fixtures', 'docs', 'package.json']) symlinkSync(join(root, name), join(engineRoot, name));
  for (const name of readdirSync(join(root, 'dist')).filter((each) => each !== '.engine'))
    cpSync(join(root, 'dist', name), join(engineRoot, 'dist', name), { recursive: true });
  const list = join(engineRoot, 'dist', 'releases', 'list.js');
  renameSync(list, list.replace('list.js', 'whole-list.js'));
  writeFileSync(
    list,
    `import { firstRelease, releases as all } from './whole-list.js';
export { firstRelease };
export const releases = all.slice(0, all.findIndex(({ version }) => version === '${engineRelease.version}') + 1);
`,
  );
}
