import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { docker, removeTestContainers, testLabel } from '../../support/docker.js';
import { describeWithEngine } from '../../support/engine.js';
import { scenarioSql, type Scenario } from '../../support/fixtures.js';
import { presentImage } from '../../support/image.js';
import { example } from '../../support/installed.js';
import { machineEnv, runProgram } from '../../support/run-program.js';
import { builtToolImage, toolImage } from '../../support/tool-image.js';
import { describeWithTools } from '../../support/tools.js';

const password = 'only-for-this-test';
const project = 'yokeflow-upgrade-test';
const plugin = spawnSync('docker', ['compose', 'version']).status === 0;
const [program = '', ...first] = plugin ? ['docker', 'compose'] : ['docker-compose'];

describeWithTools([program], 'docs/examples/compose', () => {
  describeWithEngine('the one-shot service', () => {
    let folder = '';
    let postgres = '';
    beforeAll(async () => {
      postgres = (await presentImage(docker)) ?? '';
      await builtToolImage();
    }, 300_000);
    beforeEach(async () => {
      await removeTestContainers('yokeflow_postgres');
      folder = mkdtempSync(join(tmpdir(), 'yokeflow-upgrade-compose-'));
      writeFileSync(join(folder, 'yokeflow.pgpass'), `postgres:5432:*:agent:${password}\n`, { mode: 0o600 });
    });
    afterEach(async () => {
      await compose('down', '--volumes', '--timeout', '2');
      rmSync(folder, { recursive: true, force: true });
    });
    afterAll(() => removeTestContainers());

    const compose = (...args: string[]) =>
      runProgram(program, [...first, '-p', project, '-f', 'compose.yml', '-f', 'override.yml', ...args], {
        cwd: folder,
        env: { ...machineEnv(), HOME: folder, YOKEFLOW_PASSWORD: password, COMPOSE_ANSI: 'never' },
      });

    /** Lays out one of the examples, with images that are here, and rows that are there at the first start. */
    function layOut(file: string, scenario: Scenario): void {
      copyFileSync(example(`compose/${file}`), join(folder, 'compose.yml'));
      mkdirSync(join(folder, 'init'));
      chmodSync(join(folder, 'init'), 0o755);
      writeFileSync(join(folder, 'init/1.sql'), scenarioSql(scenario));
      const labels = { [testLabel]: '1' };
      // The stand-in for the API uses what 1.4.0 brings as soon as it is started.
      const api = [
        'psql',
        '-X',
        '-v',
        'ON_ERROR_STOP=1',
        '-h',
        'postgres',
        '-U',
        'agent',
        '-d',
        'yokeflow',
        '-c',
        'SELECT count(*) FROM session_checkpoints',
      ];
      writeFileSync(
        join(folder, 'override.yml'),
        stringify({
          services: {
            postgres: { image: postgres, labels, volumes: ['./init:/docker-entrypoint-initdb.d:ro'] },
            'yokeflow-upgrade': { image: toolImage, labels },
            api: { image: postgres, labels, command: api, environment: { PGPASSWORD: password } },
          },
        }),
      );
    }

    /** A service's container, or undefined where it has none. */
    async function inspect(service: string) {
      const filters = { label: [`com.docker.compose.project=${project}`, `com.docker.compose.service=${service}`] };
      const [found] = await docker.listContainers({ all: true, filters });
      return found && docker.getContainer(found.Id).inspect();
    }
    const state = async (service: string) => (await inspect(service))?.State;

    describe.each(['direct.yml', 'socket.yml'])('%s', (file) => {
      it('upgrades, with a backup, and only then the API starts; the next time it finds nothing to do', async () => {
        layOut(file, '1.3.0');
        const up = await compose('up', '-d');
        expect(up, up.stderr).toMatchObject({ exitCode: 0 });
        const { stdout: log } = await compose('logs', '--no-color', 'yokeflow-upgrade');
        const done = await state('yokeflow-upgrade');
        expect(done, log).toMatchObject({ Status: 'exited', ExitCode: 0 });
        expect(log).not.toContain(password);
        expect(readdirSync(join(folder, 'yokeflow-backups'))).toEqual([
          expect.stringMatching(/^yokeflow-1\.3\.0-.*\.dump$/),
        ]);

        await expect.poll(async () => (await state('api'))?.Status, { timeout: 20_000, interval: 100 }).toBe('exited');
        expect(await state('api')).toMatchObject({ ExitCode: 0 });
        expect(Date.parse((await state('api'))?.StartedAt ?? '')).toBeGreaterThan(Date.parse(done?.FinishedAt ?? ''));
        expect(JSON.stringify((await inspect('yokeflow-upgrade'))?.Config)).not.toContain(password);

        const again = await compose('up', '-d');
        expect(again, again.stderr).toMatchObject({ exitCode: 0 });
        const rerun = await state('yokeflow-upgrade');
        expect(rerun).toMatchObject({ ExitCode: 0 });
        expect(Date.parse(rerun?.StartedAt ?? '')).toBeGreaterThan(Date.parse(done?.FinishedAt ?? ''));
        const backups = readdirSync(join(folder, 'yokeflow-backups'));
        expect(backups).toHaveLength(1);

        // As docs/upgrade.md says, but without a terminal to ask on.
        const which = new RegExp(
          `restore /backups/FILE\\.dump (${file === 'socket.yml' ? '--container' : '--database-url'} .*)$`,
          'm',
        );
        const named = which.exec(readFileSync(example('../upgrade.md'), 'utf8'))?.[1]?.split(' ') ?? [];
        const restore = ['restore', `/backups/${backups[0]}`, '--yes', ...named];
        const restored = await compose('run', '--rm', '-T', 'yokeflow-upgrade', ...restore);
        expect(restored, restored.stderr).toMatchObject({ exitCode: 0 });
        expect(restored.stdout).toContain('is now what the backup holds: YokeFlow 1.3.0');
      });
    });

    it('does not let the API start beside a database that must not be upgraded', async () => {
      layOut('direct.yml', '2.x-over-1.x');
      expect((await compose('up', '-d')).exitCode).not.toBe(0);
      expect(await state('yokeflow-upgrade')).toMatchObject({ Status: 'exited', ExitCode: 3 });
      expect((await compose('logs', '--no-color', 'yokeflow-upgrade')).stdout).toContain('YF303');
      // Compose 2 makes the container and does not start it.
      expect((await state('api'))?.Status ?? 'created').toBe('created');
    });
  });
});
