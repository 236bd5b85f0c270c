import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { startPostgresContainer, type PostgresContainer } from '../support/container.js';
import { describeWithEngine } from '../support/engine.js';
import { scenarioSql } from '../support/fixtures.js';

const secrets = ['inContainer_9fK3mQ7x', 'sk-ant-inContainer0123456789abcdef', 'inLog_7yH2kP9w'];

describeWithEngine("a container's secrets", () => {
  let postgres: PostgresContainer;
  beforeAll(async () => {
    const [password, key] = secrets as [string, string];
    postgres = await startPostgresContainer({
      password,
      env: { ANTHROPIC_API_KEY: key, SOME_TOKEN: key },
      sql: scenarioSql('1.4.0-as-documented'),
    });
    // It is in the container's log from now on.
    await postgres.query(`SELECT password_is('${secrets[2]}')`).catch(() => undefined);
    await postgres.query(`DO $$ BEGIN RAISE WARNING 'the password % and %', '${password}', '${key}'; END $$`);
  });
  afterAll(() => postgres?.stop());

  it.each([
    { args: ['status'], exitCode: 10 },
    { args: ['verify'], exitCode: 10 },
    { args: ['upgrade', '--yes', '--dry-run'], exitCode: 0 },
    { args: ['report'], exitCode: 0 },
    { args: ['report', '--with-hosts', '--format', 'json'], exitCode: 0 },
    { args: ['upgrade', '--yes', '--no-backup'], exitCode: 0 },
  ])('are not printed by $args', async ({ args, exitCode }) => {
    const outputOptions = args.includes('--no-backup')
      ? [['--verbose', '--events']]
      : [['--verbose'], ['--json', '--events', '--verbose']];
    for (const more of outputOptions) {
      const result = await runCommand([...args, ...more], { engine: true });
      expect(result.exitCode, result.stderr).toBe(exitCode);
      for (const secret of secrets) expect(result.stdout + result.stderr).not.toContain(secret);
    }
  });
});
