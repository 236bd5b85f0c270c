import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { surroundings } from '../command.js';
import type { PostgresContainer } from '../container.js';
import { connected, createDatabaseOn, databaseAt } from '../databases.js';
import { scenarioSql } from '../fixtures.js';
import { openTransaction, type OpenTransaction } from '../open-transaction.js';
import { smallDisk } from '../small-disk.js';
import { canonical } from './canonical.js';
import type { Ground } from './console-blocks.js';
import { pageHome } from './home.js';

/** What stands on the page for names of this run. */
const shown = { folder: '/home/you/yokeflow', address: 'db.example.com:5432', disk: '/mnt/backups' } as const;

/** A user's machine with YokeFlow's container on it, for the cases of docs/support.md. */
export async function groundOn(container: PostgresContainer): Promise<Ground> {
  const { home, bin, folder } = pageHome({ onTestFinished });

  const address = async () => container.address();
  let [database, disk] = [databaseAt(await address(), 'yokeflow'), ''];
  let transaction: OpenTransaction | undefined;
  onTestFinished(() => transaction?.end().catch(() => undefined));

  const fixtures: Record<string, (what: string) => Promise<void>> = {
    // A database as a scenario of tests/support/fixtures.ts has it, and an empty folder to work in.
    database: async (scenario) => {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
      await databaseAt(await address(), 'yokeflow').drop();
      database = await createDatabaseOn(await address(), { name: 'yokeflow', sql: scenarioSql(scenario) });
    },
    container: async (state) => {
      if (state === 'stopped') await container.container.stop({ t: 5 });
      else await container.ready();
    },
    transaction: async (state) => {
      if (state === 'open')
        transaction = await openTransaction(database, 'LOCK TABLE sessions IN ROW EXCLUSIVE MODE', 'yokeflow-api');
      else await transaction?.end();
    },
    // A session whose agent gave a sign of life just now.
    agent: async () => {
      await database.query(`
        UPDATE sessions SET status = 'running', last_heartbeat = now() WHERE id = (SELECT min(id::text)::uuid FROM sessions)`);
    },
    // A rule of the user's own, which YokeFlow would meet as well.
    trigger: async () => {
      await database.query(`
        CREATE FUNCTION no_pause() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN IF NEW.status::text = 'paused' THEN RAISE 'pausing is not allowed here'; END IF; RETURN NEW; END $$;
        CREATE TRIGGER no_pause BEFORE UPDATE ON sessions FOR EACH ROW EXECUTE FUNCTION no_pause()`);
    },
    role: async (name) =>
      connected(await address(), 'yokeflow', async (admin) => {
        await admin.query(
          `CREATE ROLE ${name} LOGIN PASSWORD '${database.password}'; GRANT pg_read_all_data TO ${name}`,
        );
      }),
    disk: async (bytes) => {
      disk = smallDisk(Number(bytes));
    },
  };

  const actual = (typed: string) => {
    const backups = join(folder, 'yokeflow-backups');
    const backup = existsSync(backups) ? readdirSync(backups).find((file) => file.endsWith('.dump')) : undefined;
    return typed
      .replace(/(?<=yokeflow-backups\/)\S+\.dump/, backup ?? 'none.dump')
      .replaceAll(shown.folder, folder)
      .replaceAll(shown.address, `${database.host}:${database.port}`)
      .replaceAll(shown.disk, disk);
  };

  return {
    use: async (fixture) => {
      const [name = '', ...what] = fixture.split(' ');
      const set = fixtures[name];
      if (set === undefined) throw new Error(`there is no fixture ${fixture}`);
      await set(what.join(' '));
    },
    run: async (typed) => {
      const env: Record<string, string> = { ...surroundings(home, true), PGPASSWORD: database.password };
      const path = [bin, dirname(process.execPath), env['PATH']].join(delimiter);
      const printed = await new Promise<string>((resolve) => {
        execFile(
          'sh',
          ['-c', `{ ${actual(typed)}\n} 2>&1`],
          { cwd: folder, env: { ...env, PATH: path } },
          (_error, stdout) => resolve(stdout),
        );
      });
      const places = [
        [folder, shown.folder],
        [disk || '\0', shown.disk],
        [`${database.host}:${database.port}`, shown.address],
        [process.env['DOCKER_HOST'] || '\0', 'unix:///var/run/docker.sock'],
      ] as const;
      return canonical(printed, places);
    },
  };
}
