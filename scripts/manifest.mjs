/**
 * The manifest of what is published: everything that the program needs is in the bundle, so it depends on nothing. Only PGlite, which `demo`
 * runs on and which is larger than all the rest, is for whoever wants it.
 *
 *   node scripts/manifest.mjs publish    puts it in the place of package.json (`npm pack` and `npm publish` do, as `prepack`)
 *   node scripts/manifest.mjs restore    puts the repository's back (`postpack`)
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const file = join(import.meta.dirname, '..', 'package.json');
const kept = join(import.meta.dirname, '..', 'dist', '.package.json');

// One that was cut short left the published one in its place.
if (existsSync(kept)) renameSync(kept, file);

if (process.argv[2] === 'publish') {
  const text = readFileSync(file, 'utf8');
  const manifest = JSON.parse(text);
  const pglite = '@electric-sql/pglite';
  const inBundle = ['scripts', 'dependencies', 'devDependencies', 'overrides'];
  const published = Object.fromEntries(Object.entries(manifest).filter(([name]) => !inBundle.includes(name)));
  mkdirSync(dirname(kept), { recursive: true });
  writeFileSync(kept, text);
  const optional = {
    peerDependencies: { [pglite]: manifest.dependencies[pglite] },
    peerDependenciesMeta: { [pglite]: { optional: true } },
  };
  writeFileSync(file, JSON.stringify({ ...published, ...optional }, null, 2) + '\n');
}
