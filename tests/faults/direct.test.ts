import { expect, it, onTestFinished } from 'vitest';
import { campaign } from './campaign.js';
import { directGround, programsHere } from './direct-ground.js';
import { diskForCampaign } from './disk.js';
import { directFaults } from './faults.js';
import { commandNames, commandsOf, HOURS, seed, shareOf } from './options.js';
import { References } from './references.js';
import { report } from './tally.js';
import { trialsOf } from './trials.js';

const share = shareOf('direct');

it.skipIf(share === 0)(
  `over a direct connection, whatever strikes leaves the old state or the new one (seed ${seed})`,
  async () => {
    const hasPrograms = (await programsHere()) !== undefined;
    const commands = commandsOf(commandNames.filter((name) => trialsOf(name, hasPrograms).length > 0));
    const references = new References();
    onTestFinished(() => references.forget());
    const half = Math.ceil(share / 2);
    const strikes = (first: number, runs: number) =>
      campaign({
        way: 'direct',
        seed,
        first,
        runs,
        commands,
        faults: directFaults,
        hasPrograms,
        ground: directGround,
        disk: diskForCampaign(),
        references,
      });
    // Two at a time: each of them waits most of its time, for its moment and for the server to be quiet again.
    const counted = (await Promise.all([strikes(0, half), strikes(half, share - half)])).flat();
    const skipped = hasPrograms
      ? undefined
      : 'skipped for want of a pg_dump that fits this server: restore, backup, every backup before a change, and rehearsals on a dumped copy';
    expect(report('direct', seed, counted, skipped)).toEqual([]);
    expect(counted).toHaveLength(share);
  },
  3 * HOURS,
);
