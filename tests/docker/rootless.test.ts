import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWithEngine } from '../support/engine.js';
import { scenarioSql } from '../support/fixtures.js';
import { isForbidden, makeUser, rootlessFailure, type OtherUser } from '../support/other-user.js';
import type { Outcome } from '../support/outcome.js';
import { startPodman, type TestPodman } from '../support/podman.js';

const name = 'yokeflow_postgres';
// With REQUIRE_DOCKER=1, as CI sets it, only the machine itself is a reason.
const isHad = rootlessFailure === undefined || (process.env['REQUIRE_DOCKER'] === '1' && !isForbidden);
const title = `Podman of an ordinary user${isHad ? '' : ` (skipped: ${rootlessFailure})`}`;

describeWithEngine('without rights of root', () => {
  describe.skipIf(!isHad)(title, () => {
    let user: OtherUser;
    let podman: TestPodman;
    beforeAll(async () => {
      user = await makeUser();
      podman = await startPodman(user);
      await podman.startPostgres(name, 55_495);
    });
    afterAll(async () => {
      podman?.stop();
      await user?.remove();
    });

    /** What a command without any option for its target ends in. */
    const run = async (...args: string[]): Promise<Outcome> => {
      const { stdout, stderr } = await user.runCommand([...args, '--json']);
      expect(stdout, stderr).toMatch(/^{/);
      return JSON.parse(stdout) as Outcome;
    };
    const fill = () => podman.query(name, `DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n${scenarioSql('1.3.0')}`);

    it('is found by itself without its service, and its database backed up and upgraded', async () => {
      fill();
      const target = { kind: 'docker', container: name, engine: 'podman' };
      expect(await run('status')).toMatchObject({ exitCode: 10, target });
      const upgraded = await run('upgrade', '--yes');
      expect(upgraded).toMatchObject({ exitCode: 0, result: 'upgraded', target });
      expect(upgraded.backup?.bytes).toBeGreaterThan(10_000);
    });

    it('is found at the socket of its service, once', async () => {
      fill();
      const service = await podman.startService();
      try {
        const target = { kind: 'docker', container: name, engine: service.url };
        expect(await run('status')).toMatchObject({ exitCode: 10, target });
        expect(await run('upgrade', '--yes')).toMatchObject({ exitCode: 0, result: 'upgraded', target });
      } finally {
        service.stop();
      }
    });
  });
});
