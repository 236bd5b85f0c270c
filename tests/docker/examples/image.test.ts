import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { fences } from '../../support/docs/fences.js';
import { describeWithEngine, startPostgresContainer } from '../../support/engine.js';
import { scenarioSql } from '../../support/fixtures.js';
import { machineEnv, runProgram } from '../../support/run-program.js';
import { builtToolImage, toolImage } from '../../support/tool-image.js';

/** What each line comes to on a 1.3.0 without a terminal, in order; `more` stands in for the answers. */
const comesTo = [
  { ends: '', more: '--yes', exitCode: 0, says: /is now at 1\.4\.0, from 1\.3\.0/ },
  { ends: ' status', more: '', exitCode: 0, says: /Nothing is due/ },
  { ends: ' explain YF402', more: '', exitCode: 0, says: /^YF402 / },
  {
    ends: ' restore yokeflow-backups/FILE.dump',
    more: '--yes',
    exitCode: 0,
    says: /is now what the backup holds: YokeFlow 1\.3\.0/,
  },
];
const lines = new Set(
  fences.flatMap((fence) => fence.lines).filter((line) => line.startsWith('docker run ') && line.includes(' -it ')),
);

describeWithEngine('the docker run lines of README and docs/upgrade.md', () => {
  it('upgrade, answer and restore, with the backup in the folder where they are typed', async () => {
    await builtToolImage();
    const postgres = await startPostgresContainer({ sql: scenarioSql('1.3.0') });
    onTestFinished(() => postgres.stop());
    const folder = mkdtempSync(join(tmpdir(), 'yokeflow-upgrade-image-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const run = 'docker run --rm -it -v /var/run/docker.sock:/var/run/docker.sock -v "$PWD:/work" yokeflow-upgrade';
    expect([...lines].sort()).toEqual(comesTo.map(({ ends }) => run + ends).sort());
    const backups = () => readdirSync(join(folder, 'yokeflow-backups')).filter((file) => file.endsWith('.dump'));
    for (const { ends, more, exitCode, says } of comesTo) {
      const [backup = 'FILE.dump'] = ends.includes('FILE') ? backups() : [];
      const line = `${run}${ends} ${more}`.replace(' -it ', ' ').replace(' yokeflow-upgrade', ` ${toolImage}`);
      const result = await runProgram('bash', ['-c', line.replace('FILE.dump', backup)], {
        env: machineEnv(),
        cwd: folder,
      });
      expect(result, result.stdout + result.stderr).toMatchObject({ exitCode });
      expect(result.stdout).toMatch(says);
    }
  }, 300_000);
});
