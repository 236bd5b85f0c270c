import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithEngine, startPostgresContainer, type PostgresContainer } from '../support/engine.js';
import { noSmallDisk, smallDisk } from '../support/small-disk.js';
import { campaign } from './campaign.js';
import { directFaults, dockerFaults } from './faults.js';
import { directGround, dockerGround } from './ground.js';

// `npm run test:faults -- --runs 1000 --seed 7` sets these.
const runs = Number(process.env['FAULT_RUNS'] ?? 40);
const seed = Number(process.env['FAULT_SEED'] ?? Math.floor(Math.random() * 1e9));

const tell = (where: string, counts: Record<string, { before: number; after: number }>) => {
  const lines = Object.entries(counts).sort().map(([fault, { before, after }]) => `  ${String(before).padStart(4)} old ${String(after).padStart(4)} new   ${fault}`);
  process.stdout.write(`faults ${where}, seed ${seed}\n${lines.join('\n')}\n`);
  return Object.values(counts).reduce((sum, { before, after }) => sum + before + after, 0);
};

const HOURS = 3_600_000;

it(`over a direct connection, whatever strikes leaves the old database or the new one (seed ${seed})`, async () => {
  const share = Math.ceil(runs * 0.7);
  const counts = await campaign({ seed, runs: share, faults: directFaults, ground: directGround });
  expect(tell('over a direct connection', counts)).toBe(share);
}, 3 * HOURS);

describeWithEngine('in a container', () => {
  let container: PostgresContainer;
  beforeAll(async () => { container = await startPostgresContainer(); });
  afterAll(() => container?.stop());

  it(`whatever strikes leaves the old database or the new one (seed ${seed})`, async () => {
    const share = Math.floor(runs * 0.3);
    // Room for the database, as a backup asks for, and little more.
    const disk = noSmallDisk === undefined ? smallDisk(64_000_000) : mkdtempSync(join(tmpdir(), 'yokeflow-upgrade-faults-'));
    const faults = dockerFaults(container, noSmallDisk === undefined);
    const counts = await campaign({ seed, runs: share, faults, ground: (sql) => dockerGround(container, sql, disk) });
    expect(tell('in a container', counts)).toBe(share);
  }, 3 * HOURS);
});
