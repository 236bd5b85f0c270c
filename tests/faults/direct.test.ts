import { expect, it } from 'vitest';
import { campaign } from './campaign.js';
import { directFaults } from './faults.js';
import { directGround } from './ground.js';
import { HOURS, runs, seed, tell } from './options.js';

it(`over a direct connection, whatever strikes leaves the old database or the new one (seed ${seed})`, async () => {
  const share = Math.ceil(runs * 0.7);
  const half = Math.ceil(share / 2);
  const strikes = (first: number, count: number) => campaign({ seed: seed + first, runs: count, faults: directFaults, ground: directGround });
  // Two at a time: each of them waits most of its time, for its moment and for the server to be quiet again.
  const counts = await Promise.all([strikes(0, half), strikes(half, share - half)]);
  expect(tell('over a direct connection', counts)).toBe(share);
}, 3 * HOURS);
