import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { afterEach, beforeEach, expect, it } from 'vitest';

const configuration = fileURLToPath(new URL('../../.dependency-cruiser.cjs', import.meta.url));
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'layers-'));
});
afterEach(() => rm(folder, { recursive: true }));

const packages = ['dockerode', 'pg', '@electric-sql/pglite', 'inquirer', 'listr2', 'commander'];

/** The names of the project's rules that a tree of files breaks. */
async function broken(files: Readonly<Record<string, string>>): Promise<string[]> {
  const installed = packages.flatMap((name) => [
    [`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' })],
    [`node_modules/${name}/index.js`, ''],
  ]);
  for (const [path = '', text = ''] of [...installed, ...Object.entries(files)]) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const { output } = await cruise(['src'], { ...(await extractDepcruiseOptions(configuration)), baseDir: folder });
  if (typeof output === 'string') throw new Error(output);
  // A file that is not found is nobody's import, and would break no rule.
  const lost = output.modules.flatMap(({ dependencies }) =>
    dependencies.filter(({ couldNotResolve }) => couldNotResolve),
  );
  expect(lost).toEqual([]);
  return [...new Set(output.summary.violations.map(({ rule }) => rule.name))].sort();
}

const nothing = 'export const one = 1;\n';
const type = 'export type One = 1;\n';

it.each([
  ['planning', 'engine'],
  ['database', 'detect'],
  ['catalog', 'releases'],
  ['inspection', 'engine'],
  ['errors', 'machine'],
  ['engine', 'ui'],
  ['backup', 'restore'],
  ['restore', 'rehearse'],
])('%s imports nothing of %s, not even a type', async (from, to) => {
  const importing = {
    [`src/${from}/a.ts`]: "import type { One } from '../" + to + "/b.js';\nexport type Two = One;\n",
    [`src/${to}/b.ts`]: type,
  };
  expect(await broken(importing)).toEqual([`${from}-imports-below-only`]);
});

it('a folder imports what is below it', async () => {
  const right = {
    'src/engine/a.ts':
      "import { one } from '../planning/b.js';\nimport { two } from '../database/c.js';\nexport const all = one + two;\n",
    'src/planning/b.ts': "import type { One } from '../catalog/d.js';\nexport const one: One = 1;\n",
    'src/database/c.ts':
      "import pg from 'pg';\nimport { spawn } from 'node:child_process';\nexport const two = [pg, spawn].length;\n",
    'src/catalog/d.ts': type,
    'src/ui/terminal/e.ts': "import inquirer from 'inquirer';\nexport { inquirer };\n",
    'src/cli/f.ts': "import { Command } from 'commander';\nimport '../ui/terminal/e.js';\nexport { Command };\n",
    'src/scratch/g.ts': "import '../backup/entries.js';\n",
    'src/backup/entries.ts': nothing,
  };
  expect(await broken(right)).toEqual([]);
});

it('an import that waits until it is needed counts', async () => {
  const late = { 'src/backup/a.ts': "export const late = () => import('../app/b.js');\n", 'src/app/b.ts': nothing };
  expect(await broken(late)).toEqual(['backup-imports-below-only']);
});

it('no file stands in a circle, not even of types', async () => {
  const circle = {
    'src/engine/a.ts': "import type { Two } from './b.js';\nexport type One = Two | 1;\n",
    'src/engine/b.ts': "import type { One } from './c.js';\nexport type Two = One | 2;\n",
    'src/engine/c.ts': "export type { One } from './a.js';\n",
  };
  expect(await broken(circle)).toEqual(['no-circular']);
});

it.each([
  ['inquirer', 'src/app/a.ts', 'prompts-in-one-place'],
  ['listr2', 'src/ui/lines/a.ts', 'prompts-in-one-place'],
  ['dockerode', 'src/detect/a.ts', 'docker-in-one-place'],
  ['pg', 'src/engine/a.ts', 'postgresql-in-one-place'],
  ['@electric-sql/pglite', 'src/scratch/a.ts', 'pglite-in-one-place'],
  ['node:child_process', 'src/backup/a.ts', 'programs-in-one-place'],
  ['commander', 'src/ui/a.ts', 'arguments-in-one-place'],
])('%s is not for %s', async (name, path, rule) => {
  expect(await broken({ [path]: `import * as it from '${name}';\nexport { it };\n` })).toEqual([rule]);
});

it('a scratch database knows the list of contents of a backup alone', async () => {
  const wrong = { 'src/scratch/a.ts': "import '../backup/file.js';\n", 'src/backup/file.ts': nothing };
  expect(await broken(wrong)).toEqual(['scratch-reads-entries-only']);
});

it('a new folder has to be given its place first', async () => {
  const fresh = { 'src/fresh/a.ts': "import '../inert/b.js';\n", 'src/inert/b.ts': nothing };
  expect(await broken(fresh)).toEqual(['folder-without-a-place']);
});
