import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { catalogLines, tableContents } from '../../support/contents.js';
import type { TestDatabase } from '../../support/databases.js';
import { describeWithEngine, startPostgresContainer, type PostgresContainer } from '../../support/engine.js';
import { example, installGlobally } from '../../support/installed.js';
import { refill } from '../../support/refill.js';
import { machineEnv, runProgram } from '../../support/run-program.js';
import { describeWithTools } from '../../support/tools.js';

describeWithTools(['ansible-playbook'], 'docs/examples/ansible', () => {
  describeWithEngine('the playbook', () => {
    let container: PostgresContainer;
    let folder = '';
    let bin = '';
    beforeAll(async () => {
      container = await startPostgresContainer();
      folder = mkdtempSync(join(tmpdir(), 'yokeflow-upgrade-ansible-'));
      bin = installGlobally(folder);
      symlinkSync(process.execPath, join(bin, 'node'));
      writeFileSync(join(folder, 'hosts'), '[yokeflow]\nlocalhost ansible_connection=local\n');
    });
    afterAll(async () => {
      await container?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    async function play(variables: Record<string, unknown>, ...options: string[]) {
      const { PATH = '', ...env } = machineEnv();
      const values = JSON.stringify({ yokeflow_backups: join(folder, 'backups'), ...variables });
      const result = await runProgram(
        'ansible-playbook',
        ['-i', join(folder, 'hosts'), '-e', values, ...options, example('ansible/yokeflow-upgrade.yml')],
        {
          env: { ...env, HOME: folder, LC_ALL: 'C.UTF-8', ANSIBLE_NOCOLOR: '1', PATH: `${bin}:${PATH}` },
          cwd: folder,
        },
      );
      const [, ok, changed, failed] = /ok=(\d+) +changed=(\d+) .*failed=(\d+)/.exec(result.stdout) ?? [];
      return { exitCode: result.exitCode, ok, changed, failed, output: result.stdout + result.stderr };
    }
    const contents = async (database: TestDatabase) => [await catalogLines(database), await tableContents(database)];

    it('in check mode says that it would change something, and changes nothing; then does, with a backup; then has nothing to do', async () => {
      const database = await refill(container, '1.3.0');
      const before = await contents(database);
      const check = await play({}, '--check');
      expect(check, check.output).toMatchObject({ exitCode: 0, ok: '2', changed: '1', failed: '0' });
      expect(await contents(database)).toEqual(before);
      expect(readdirSync(folder)).not.toContain('backups');

      const first = await play({});
      expect(first, first.output).toMatchObject({ exitCode: 0, ok: '2', changed: '1', failed: '0' });
      expect(await database.query('SELECT FROM session_checkpoints')).toEqual([]);
      expect(readdirSync(join(folder, 'backups'))).toEqual([expect.stringMatching(/^yokeflow-1\.3\.0-.*\.dump$/)]);

      const after = await contents(database);
      const second = await play({});
      expect(second, second.output).toMatchObject({ exitCode: 0, ok: '1', changed: '0', failed: '0' });
      expect(await contents(database)).toEqual(after);
    });

    it('fails with the code and the remedy where the database is refused', async () => {
      const database = await refill(container, '2.x-over-1.x');
      const before = await contents(database);
      const { output, ...result } = await play({});
      expect(result, output).toMatchObject({ exitCode: 2, changed: '0', failed: '1' });
      expect(output).toMatch(
        /exit code 3, YF303: The schema of YokeFlow 2\.1\.0 or 2\.2\.0 was loaded over .* To go on to 2\.x/,
      );
      expect(await contents(database)).toEqual(before);
    });

    it('fails where the upgrade does, over a direct connection whose password it does not show', async () => {
      const database = await refill(container, '1.3.0');
      await database.query('CREATE VIEW mine AS SELECT 1; ALTER TABLE sessions ADD CHECK (status::text <> $$paused$$)');
      const before = await tableContents(database);
      const { host, port, user, password } = await container.address();
      const url = `postgresql://${user}@${host}:${port}/yokeflow`;
      const { output, ...result } = await play({
        yokeflow_database: ['--database-url', url, '--no-backup'],
        yokeflow_password: password,
      });
      expect(result, output).toMatchObject({ exitCode: 2, changed: '0', failed: '1' });
      expect(output).toMatch(/exit code 1, YF50\d: /);
      expect(await tableContents(database)).toEqual(before);
      expect(output).not.toContain(password);
    });

    it('says so where the command is missing', async () => {
      rmSync(join(bin, 'yokeflow-upgrade'));
      const { output, ...result } = await play({});
      expect(result, output).toMatchObject({ exitCode: 2, changed: '0', failed: '1' });
      expect(output).toContain('yokeflow-upgrade');
      expect(readFileSync(example('ansible/yokeflow-upgrade.yml'), 'utf8')).not.toContain('ignore_errors');
    });
  });
});
