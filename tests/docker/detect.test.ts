import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bashCompletion } from '../../src/cli/completion/bash.js';
import { offers } from '../../src/cli/completion/offers.js';
import { detect, type DetectOptions } from '../../src/detect/detect.js';
import type { Surroundings } from '../../src/machine/surroundings.js';
import type { Detection } from '../../src/database/target.js';
import { UpgradeError } from '../../src/errors/error.js';
import { describeWithEngine } from '../support/engine.js';
import { startPostgresContainer, type PostgresContainer } from '../support/container.js';
import { failureOf, machine } from '../unit/detect/machine.js';

/** The engine that the tests use, and none of this machine's own settings. */
const engineEnv: Record<string, string> = process.env['DOCKER_HOST'] ? { DOCKER_HOST: process.env['DOCKER_HOST'] } : {};

/** Detection with an empty home folder and checkout. */
function look(options: Partial<DetectOptions> = {}, env: Record<string, string> = {}): Promise<Detection> {
  const surroundings: Surroundings = machine().surroundings({ ...engineEnv, ...env });
  return detect({ project: '.', surroundings, ...options });
}

describeWithEngine('detection on a real engine', () => {
  let compose: PostgresContainer;
  let renamed: PostgresContainer;

  beforeAll(async () => {
    // Started in the wrong order: names decide, not age.
    renamed = await startPostgresContainer({
      name: 'autonomous_coding_postgres',
      user: 'coder',
      database: 'autonomous_coding',
    });
    compose = await startPostgresContainer({ name: 'yokeflow_postgres', user: 'agent', database: 'yokeflow' });
  });
  afterAll(async () => {
    await compose?.stop();
    await renamed?.stop();
  });

  it('a shell completes their names', () => {
    const ask =
      'COMP_WORDS=(yokeflow-upgrade status --container ""); COMP_CWORD=3; _yokeflow_upgrade; printf "%s\\n" "${COMPREPLY[@]}"';
    const { stdout } = spawnSync('bash', ['--norc', '-c', `${bashCompletion(offers())}\n${ask}`], { encoding: 'utf8' });
    expect(stdout.split('\n')).toEqual(expect.arrayContaining(['yokeflow_postgres', 'autonomous_coding_postgres']));
  });

  it("finds YokeFlow's containers in the order of their names, without their password", async () => {
    const { targets } = await look();
    expect(targets).toMatchObject([
      { kind: 'docker', container: 'yokeflow_postgres', containerId: compose.id, database: 'yokeflow', user: 'agent' },
      {
        kind: 'docker',
        container: 'autonomous_coding_postgres',
        containerId: renamed.id,
        database: 'autonomous_coding',
        user: 'coder',
      },
    ]);
    expect(JSON.stringify(targets)).not.toContain('agent_dev_password');
  });

  it('takes exactly the container that is named, by name or by the beginning of its id', async () => {
    for (const container of ['autonomous_coding_postgres', renamed.id.slice(0, 12), renamed.id]) {
      expect((await look({ container })).targets).toMatchObject([
        { container: 'autonomous_coding_postgres', containerId: renamed.id },
      ]);
    }
  });

  it('lists what looks like PostgreSQL when the named container is missing', async () => {
    const error = await failureOf(UpgradeError, () => look({ container: 'no_such_container' }));
    expect(error).toMatchObject({ code: 'YF202', exitCode: 4 });
    expect(error.found.join('\n')).toMatch(/look like PostgreSQL: .*autonomous_coding_postgres.*yokeflow_postgres/);
  });

  it('finds the engine through the current context of config.json', async () => {
    const on = machine();
    const digest = createHash('sha256').update('mine').digest('hex');
    const Host = engineEnv['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock';
    on.write('.docker/config.json', JSON.stringify({ currentContext: 'mine' }));
    on.write(
      `.docker/contexts/meta/${digest}/meta.json`,
      JSON.stringify({ Name: 'mine', Endpoints: { docker: { Host } } }),
    );
    const { targets } = await detect({ project: '.', surroundings: on.surroundings() });
    expect(targets[0]).toMatchObject({
      containerId: compose.id,
      engine: { source: expect.stringContaining('context "mine"') as string },
    });
  });

  it('passes a paused container over, with the command that helps', async () => {
    await compose.container.pause();
    try {
      const { targets, attempts } = await look();
      expect(targets).toMatchObject([{ container: 'autonomous_coding_postgres' }]);
      expect(attempts[0]?.tried).toContain('container yokeflow_postgres on ');
      expect(attempts[0]?.failed).toBe('it is paused. Run `docker unpause yokeflow_postgres`.');
    } finally {
      await compose.container.unpause();
    }
  });

  it('has a named container that does not run, with the command that starts it', async () => {
    await renamed.container.kill();
    const { targets, unusableContainers } = await look({ container: 'autonomous_coding_postgres' });
    expect(targets).toEqual([]);
    expect(unusableContainers).toMatchObject([
      {
        failed: 'it has exited (exit code 137)',
        remedy: 'Run `docker start autonomous_coding_postgres`.',
        canStart: true,
      },
    ]);
  });
});
