/**
 * Builds what ships: `dist/cli.js`, which every Node can read, and in `dist/lib` the bundle, cut so that a command reads a handful of files.
 *
 *   node scripts/build.mjs [--out FOLDER] [--until RELEASE]
 *
 * `--until` leaves later releases out, for tests of the engine that know those up to it.
 */
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, transformWithEsbuild } from 'vite';
import { chunkOf } from './build/chunks.mjs';
import { licenses } from './build/licenses.mjs';
import { compact } from './build/compact.mjs';
import { lighter } from './build/lighter.mjs';
import { releasesUntil } from './build/releases-until.mjs';
import { withoutUnused } from './build/without-unused.mjs';

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({ options: { out: { type: 'string', default: 'dist' }, until: { type: 'string' } } });
const out = join(root, values.out);

rmSync(join(out, 'lib'), { recursive: true, force: true });

const { output } = await build({
  root,
  configFile: false,
  logLevel: 'error',
  plugins: [withoutUnused(), lighter(), compact(), ...(values.until ? [releasesUntil(values.until)] : [])],
  ssr: { noExternal: true, external: ['@electric-sql/pglite'], target: 'node' },
  build: {
    ssr: true,
    outDir: out,
    emptyOutDir: false,
    target: 'esnext',
    minify: false,
    rollupOptions: {
      input: { main: 'src/cli/main.ts', api: 'src/api.ts' },
      preserveEntrySignatures: 'strict',
      output: {
        format: 'es',
        // Modules find the package's own files by `../../`, which holds in src/<folder>/ and in dist/lib/ alike.
        entryFileNames: 'lib/[name].js',
        chunkFileNames: 'lib/[name].js',
        manualChunks: chunkOf,
      },
    },
  },
});

// A script of 2017, in which nothing may be moved into another file.
const source = readFileSync(join(root, 'src/cli.ts'), 'utf8');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const cli = await transformWithEsbuild(source, 'cli.ts', {
  target: 'es2017',
  define: { PACKAGE_VERSION: JSON.stringify(version) },
  sourcemap: false,
});
writeFileSync(join(out, 'cli.js'), cli.code);
chmodSync(join(out, 'cli.js'), 0o755);

writeFileSync(join(out, 'LICENSES.txt'), licenses(output));
