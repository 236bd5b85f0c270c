import { expect, it } from 'vitest';
import { campaign } from './campaign.js';
import { directFaults } from './faults.js';
import { directGround } from './ground.js';
import { HOURS, runs, seed, tell } from './options.js';

it(`over a direct connection, whatever strikes leaves the old database or the new one (seed ${seed})`, async () => {
  const share = Math.ceil(runs * 0.7);
  const counts = await campaign({ seed, runs: share, faults: directFaults, ground: directGround });
  expect(tell('over a direct connection', counts)).toBe(share);
}, 3 * HOURS);
