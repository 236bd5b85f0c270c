import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

// npm run test:faults -- --runs 1000 --seed 7 --command restore --way direct --strict-leftovers
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string' },
    command: { type: 'string' },
    way: { type: 'string' },
    'strict-leftovers': { type: 'boolean' },
  },
});
const oneOf = (name, known) => {
  if (values[name] === undefined || known.includes(values[name])) return;
  console.error(`--${name} is one of ${known.join(', ')}`);
  process.exit(2);
};
oneOf('command', ['upgrade', 'rollback', 'restore', 'rehearse', 'backup']);
oneOf('way', ['direct', 'container']);

/** A server that has a pg_dump of its own version beside it: restores and backups over a direct connection need one. */
function serverWithPrograms() {
  const debian = '/usr/lib/postgresql';
  if (process.platform !== 'linux' || !existsSync(debian)) return undefined;
  const folders = readdirSync(debian).map((version) => join(debian, version, 'bin'));
  return folders
    .filter((folder) => ['initdb', 'postgres', 'pg_dump', 'pg_restore'].every((name) => existsSync(join(folder, name))))
    .sort()
    .at(-1);
}

const bin = process.env.YOKEFLOW_TEST_PG_BIN ?? serverWithPrograms();
const settings = {
  FAULT_RUNS: values.runs,
  FAULT_SEED: values.seed,
  FAULT_COMMAND: values.command,
  FAULT_WAY: values.way,
  FAULT_STRICT_LEFTOVERS: values['strict-leftovers'] ? '1' : undefined,
  YOKEFLOW_TEST_PG_BIN: bin,
};
// Not the other way's file: to begin with, the Docker tests remove every test container, another run's too.
const files = values.way ? `tests/faults/${values.way}.test.ts` : 'tests/faults';
const { status } = spawnSync('npx', ['vitest', 'run', files], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
  env: { ...process.env, ...Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) },
});
process.exitCode = status ?? 1;
