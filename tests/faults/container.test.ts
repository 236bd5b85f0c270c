import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { describeWithEngine, startPostgresContainer, type PostgresContainer } from '../support/engine.js';
import { campaign } from './campaign.js';
import { containerGround } from './container-ground.js';
import { diskForCampaign } from './disk.js';
import { containerFaults } from './faults.js';
import { commandNames, commandsOf, HOURS, seed, shareOf } from './options.js';
import { References } from './references.js';
import { report } from './tally.js';

const share = shareOf('container');

describeWithEngine('in a container', () => {
  let container: PostgresContainer;
  beforeAll(async () => {
    if (share > 0) container = await startPostgresContainer();
  });
  afterAll(() => container?.stop());

  it.skipIf(share === 0)(
    `whatever strikes leaves the old state or the new one (seed ${seed})`,
    async () => {
      const references = new References();
      onTestFinished(() => references.forget());
      const counted = await campaign({
        way: 'container',
        seed,
        first: 0,
        runs: share,
        commands: commandsOf(commandNames),
        faults: containerFaults(container),
        hasPrograms: true,
        ground: (plan) => containerGround(container, plan),
        disk: diskForCampaign(),
        references,
      });
      expect(report('container', seed, counted, undefined)).toEqual([]);
      expect(counted).toHaveLength(share);
    },
    3 * HOURS,
  );
});
