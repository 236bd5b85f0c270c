import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

// npm run test:faults -- --runs 1000 --seed 7
const { values } = parseArgs({ options: { runs: { type: 'string', default: '1000' }, seed: { type: 'string' } } });
const { status } = spawnSync('npx', ['vitest', 'run', 'tests/faults'], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
  env: { ...process.env, FAULT_RUNS: values.runs, ...(values.seed ? { FAULT_SEED: values.seed } : {}) },
});
process.exitCode = status ?? 1;
