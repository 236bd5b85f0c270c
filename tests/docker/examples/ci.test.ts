import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Outcome } from '../../support/outcome.js';
import type { TestDatabase } from '../../support/databases.js';
import { describeWithEngine, startPostgresContainer, type PostgresContainer } from '../../support/engine.js';
import { example } from '../../support/installed.js';
import { refill } from '../../support/refill.js';
import { machineEnv, runProgram } from '../../support/run-program.js';
import { describeWithTools } from '../../support/tools.js';

interface Step {
  name?: string;
  uses?: string;
  run?: string;
  if?: string;
  'working-directory'?: string;
  with?: Record<string, string>;
}
interface Job {
  env: Record<string, string>;
  services: { postgres: { env: Record<string, string> } };
  steps: Step[];
}

const workflow = parse(readFileSync(example('ci/rehearse-yokeflow-upgrade.yml'), 'utf8')) as {
  jobs: { rehearse: Job };
};
const { env: jobEnv, services, steps } = workflow.jobs.rehearse;
const dumpLine = /^docker exec .*$/m.exec(readFileSync(example('../automation.md'), 'utf8'))?.[0] ?? '';

describeWithTools(['jq', 'docker', 'pg_restore'], 'docs/examples/ci', () => {
  describeWithEngine('the job', () => {
    let container: PostgresContainer;
    let workspace = '';
    beforeAll(async () => {
      const {
        POSTGRES_USER: user = '',
        POSTGRES_PASSWORD: password = '',
        POSTGRES_DB: database = '',
      } = services.postgres.env;
      container = await startPostgresContainer({ user, password, database });
    });
    afterAll(() => container?.stop());
    beforeEach(() => {
      workspace = mkdtempSync(join(tmpdir(), 'yokeflow-upgrade-ci-'));
      symlinkSync(dirname(example('..')), join(workspace, 'yokeflow-upgrade'));
    });
    afterEach(() => rmSync(workspace, { recursive: true, force: true }));

    /** Puts the backup of a database into the workspace by the line of the page, and empties the service's database. */
    async function dump(database: TestDatabase): Promise<void> {
      expect(await runProgram('bash', ['-ec', dumpLine], { env: machineEnv(), cwd: workspace })).toMatchObject({
        exitCode: 0,
        stderr: '',
      });
      await database.drop();
      await refill(container, 'empty');
    }

    /** Runs the steps as GitHub's runner does: `bash -e`, and after a failure only those with always(). */
    async function runJob(): Promise<{ failed: string[]; ran: string[]; summary: string }> {
      const { port } = await container.address();
      const summary = join(workspace, 'summary');
      const [ran, failed]: [string[], string[]] = [[], []];
      for (const { name = '', run, if: condition, 'working-directory': folder = '.' } of steps) {
        // What builds the checkout has been done in it before the tests.
        if (run === undefined || name === 'Build' || (failed.length > 0 && condition !== 'always()')) continue;
        const script = join(workspace, 'step.sh');
        writeFileSync(script, run);
        const env = {
          ...machineEnv(),
          HOME: workspace,
          ...jobEnv,
          DATABASE: jobEnv['DATABASE']?.replace(':5432', `:${port}`) ?? '',
          GITHUB_STEP_SUMMARY: summary,
          npm_config_prefix: join(workspace, 'npm'),
          PATH: `${join(workspace, 'npm/bin')}:${process.env['PATH'] ?? ''}`,
        };
        const { exitCode, stdout, stderr } = await runProgram('bash', ['-e', script], {
          env,
          cwd: join(workspace, folder),
        });
        ran.push(name);
        if (exitCode !== 0) failed.push(`${name}: ${exitCode}\n${stdout}${stderr}`);
      }
      return { ran, failed, summary: existsSync(summary) ? readFileSync(summary, 'utf8') : '' };
    }
    const uploaded = () => steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact'))?.with?.['path'] ?? '';
    const document = () => JSON.parse(readFileSync(join(workspace, uploaded()), 'utf8')) as Outcome;

    it('builds as README.md says', () => {
      expect(readFileSync(example('../../README.md'), 'utf8')).toContain(
        steps.find(({ name }) => name === 'Build')?.run,
      );
    });

    it('rehearses the upgrade on the schema of a backup, and leaves a document to be uploaded', async () => {
      await dump(await refill(container, 'fork-1.3.0'));
      expect(await runJob()).toEqual({
        ran: ['Install', "Fill the service's database", 'Rehearse', 'Say what it came to'],
        failed: [],
        summary: 'rehearsed: 1.3.0 to 1.4.0\n',
      });
      expect(document()).toMatchObject({ command: 'rehearse', result: 'rehearsed', exitCode: 0 });
    });

    it('fails where the upgrade would, and says by which code', async () => {
      const database = await refill(container, '1.3.0');
      await database.query(`
        CREATE FUNCTION no_pause() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.status::text = 'paused' THEN RAISE 'not here'; END IF; RETURN NEW; END $$;
        CREATE TRIGGER no_pause BEFORE UPDATE ON sessions FOR EACH ROW EXECUTE FUNCTION no_pause()`);
      await dump(database);
      const { ran, failed, summary } = await runJob();
      expect(failed).toEqual([expect.stringMatching(/^Rehearse: 1\n/)]);
      expect(ran.at(-1)).toBe('Say what it came to');
      expect(summary).toMatch(/^failed: 1\.3\.0 to 1\.4\.0\nYF513 /);
      expect(document()).toMatchObject({ exitCode: 1, error: { code: 'YF513', changed: false } });
      expect(await database.query(`SELECT to_regclass('session_checkpoints') AS added`)).toEqual([{ added: null }]);
    });
  });
});
