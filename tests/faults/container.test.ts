import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithEngine, startPostgresContainer, type PostgresContainer } from '../support/engine.js';
import { noSmallDisk, smallDisk } from '../support/small-disk.js';
import { campaign } from './campaign.js';
import { dockerFaults } from './faults.js';
import { dockerGround } from './ground.js';
import { HOURS, runs, seed, tell } from './options.js';

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
    expect(tell('in a container', [counts])).toBe(share);
  }, 3 * HOURS);
});
