import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { rerun } from '../support/docs/console-blocks.js';
import { groundOn } from '../support/docs/support-ground.js';
import { describeWithEngine, startPostgresContainer } from '../support/engine.js';
import { noSmallDisk } from '../support/small-disk.js';

const page = fileURLToPath(new URL('../../docs/support.md', import.meta.url));

describeWithEngine('docs/support.md', () => {
  // `npm run docs` writes it anew.
  it.skipIf(noSmallDisk)(
    `shows what the commands print${noSmallDisk ? ` (${noSmallDisk})` : ''}`,
    async () => {
      const container = await startPostgresContainer();
      onTestFinished(() => container.stop());
      await expect(await rerun(readFileSync(page, 'utf8'), await groundOn(container))).toMatchFileSnapshot(page);
    },
    180_000,
  );
});
