import { afterEach, expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { connected } from '../support/databases.js';
import {
  describeWithEngine,
  startPostgresContainer,
  type ContainerOptions,
  type PostgresContainer,
} from '../support/engine.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql } from '../support/fixtures.js';

const secret = 'S3cret-of-the-container';

describeWithEngine('the built command and a container', () => {
  let container: PostgresContainer | undefined;
  afterEach(async () => {
    await container?.stop();
    container = undefined;
  });

  async function run(args: readonly string[], env: Record<string, string> = {}) {
    const result = await runCommand([...args, '--json'], { engine: true, env });
    return { ...expectDocument(result), exitCode: result.exitCode };
  }

  const places: [string, string[], ContainerOptions][] = [
    ["by its compose file's name", [], { name: 'yokeflow_postgres' }],
    [
      "by its reverse-proxy compose file's name, without a published port",
      [],
      { name: 'yokeflow-postgres', published: false },
    ],
    ['by its first name', [], { name: 'autonomous_coding_postgres', user: 'coder', database: 'autonomous_coding' }],
    [
      'by the name that --container gives',
      ['--container', 'my-own-postgres'],
      { name: 'my-own-postgres', user: 'me', database: 'mine', published: false },
    ],
  ];
  it.each(places)('is found %s and upgraded', async (_, args, options) => {
    container = await startPostgresContainer({ ...options, sql: scenarioSql('1.3.0') });
    const { name, user = 'agent', database = 'yokeflow' } = options;
    const upgraded = await run(['upgrade', '--yes', ...args]);
    expect(upgraded).toMatchObject({
      exitCode: 0,
      result: 'upgraded',
      target: { kind: 'docker', container: name, user, database, server: expect.stringMatching(/^\d+\.\d+/) as string },
    });
    expect(upgraded.target?.reason).toContain(name);
    expect(await run(['status', ...args])).toMatchObject({
      exitCode: 0,
      version: { state: 'current', release: '1.4.0' },
    });
  });

  it('1.4.0 as documented, with rows in all five tables, is repaired', async () => {
    container = await startPostgresContainer({ sql: scenarioSql('1.4.0-as-documented') });
    const tables = [
      'paused_sessions',
      'intervention_actions',
      'notification_preferences',
      'session_checkpoints',
      'checkpoint_recoveries',
    ];
    const counts = () =>
      Promise.all(
        tables.map(
          async (table) =>
            (await container!.query<{ rows: number }>(`SELECT count(*)::int AS rows FROM ${table}`))[0]!.rows,
        ),
      );
    const before = await counts();
    expect(Math.min(...before)).toBeGreaterThan(0);
    expect(await run(['status'])).toMatchObject({ exitCode: 10, version: { state: 'defective', release: '1.4.0' } });
    expect(await run(['upgrade', '--yes'])).toMatchObject({ exitCode: 0, result: 'repaired' });
    expect(await counts()).toEqual(before);
  });

  it('keeps its password to itself', async () => {
    container = await startPostgresContainer({ password: secret, sql: scenarioSql('1.4.0-as-documented') });
    const env = { DATABASE_URL: `postgresql://agent:${secret}@127.0.0.1:9/yokeflow` };
    for (const args of [
      ['status', '--verbose'],
      ['plan', '--sql'],
      ['verify', '--json'],
      ['upgrade', '--yes', '--verbose'],
      ['upgrade', '--yes', '--verbose', '--container', 'yokeflow_postgres'],
      ['upgrade', '--yes', '--json', '--container', 'yokeflow_postgres'],
      ['status', '--container', 'none'],
    ]) {
      const { stdout, stderr } = await runCommand(args, { engine: true, env });
      expect(stdout + stderr, args.join(' ')).not.toContain(secret);
    }
    const records = await connected(
      await container.address(),
      'yokeflow',
      async (admin) => (await admin.query<{ id: string }>('TABLE yokeflow_upgrade.runs')).rows,
    );
    expect(JSON.stringify(records)).not.toContain(secret);
  });

  it('that is stopped is exit 4, with the command that starts it', async () => {
    container = await startPostgresContainer();
    await container.container.stop({ t: 5 });
    const { exitCode, error } = await run(['upgrade', '--yes']);
    expect(exitCode).toBe(4);
    expect(error?.found.join('\n')).toContain('docker start yokeflow_postgres');
    expect(await run(['status', '--container', 'yokeflow_postgres'])).toMatchObject({
      exitCode: 4,
      error: { code: 'YF202', remedy: expect.stringContaining('docker start yokeflow_postgres') as string },
    });
  });
});
