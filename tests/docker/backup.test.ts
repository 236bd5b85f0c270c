import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { fitting, findLocalPrograms } from '../../src/database/programs/find-local.js';
import { runCommand, startCommand, type RunningCommand } from '../support/command.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { connected, type TestDatabase } from '../support/databases.js';
import { describeWithEngine, startPostgresContainer, type PostgresContainer } from '../support/engine.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql } from '../support/fixtures.js';
import { temporaryFolder } from '../support/folder.js';
import { commandLinesDuring } from '../support/processes.js';
import { noSmallDisk, smallDisk } from '../support/small-disk.js';
import { tarOf } from '../support/tar.js';

const password = 'S3cret-of-the-container';
/** A table of the user's own, which only a backup of the whole database needs. */
const besides = 'CREATE SCHEMA besides; CREATE TABLE besides.notes (id int PRIMARY KEY, note text)';
const local = await findLocalPrograms();

describeWithEngine('a backup', () => {
  let container: PostgresContainer;
  let database: TestDatabase;
  let localMissing: boolean;

  beforeAll(async () => {
    container = await startPostgresContainer({ password });
    const [server] = await container.query<{ major: number }>(
      `SELECT current_setting('server_version_num')::int / 10000 AS major`,
    );
    localMissing = fitting(local, server?.major ?? 0) === undefined;
  });
  afterAll(() => container?.stop());
  beforeEach(async () => {
    await connected(await container.address(), 'postgres', (admin) =>
      admin.query('DROP DATABASE IF EXISTS yokeflow WITH (FORCE)'),
    );
    database = await container.createDatabase({ name: 'yokeflow', sql: `${scenarioSql('1.3.0')}\n${besides}` });
  });

  const inContainer = (...args: string[]) => startCommand([...args, '--json'], { engine: true });
  const direct = (...args: string[]) => startCommand([...args, '--json', '--database-url', database.url]);

  /** Whole, and of this user alone: as pg_restore in the container sees it. */
  async function expectWhole(folder: string, file: string): Promise<void> {
    expect(readdirSync(folder)).toEqual([file.slice(folder.length + 1)]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readFileSync(file, 'latin1').startsWith('PGDMP')).toBe(true);
    await container.container.putArchive(tarOf('a.dump', readFileSync(file)), { path: '/tmp' });
    const list = await container.run('pg_restore', '--list', '/tmp/a.dump');
    expect(list.exitCode).toBe(0);
    for (const table of ['projects', 'sessions', 'tests'])
      expect(list.stdout).toMatch(new RegExp(`TABLE DATA public ${table} `));
  }

  /** Neither a file nor a session or a process remains, and the server never noticed. */
  async function expectNothingLeft(folder: string): Promise<void> {
    expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
    const deadline = Date.now() + 10_000;
    for (;;) {
      const sessions = await container.query(
        `SELECT FROM pg_stat_activity WHERE application_name LIKE 'yokeflow-upgrade%'`,
      );
      const { Processes } = (await container.container.top()) as { Processes: string[][] };
      const left = Processes.map((columns) => columns.at(-1) ?? '').filter((line) =>
        /pg_dump|pg_restore|sh -c|psql/.test(line),
      );
      if (sessions.length + left.length === 0) break;
      if (Date.now() > deadline) expect({ sessions: sessions.length, left }).toEqual({ sessions: 0, left: [] });
      await sleep(100);
    }
    await expectServerUndisturbed();
  }

  /** The postmaster, process 1 here, takes an orphan that ends by a signal for a crash, and restarts everything. */
  async function expectServerUndisturbed(): Promise<void> {
    const log = (await container.container.logs({ stdout: true, stderr: true })).toString();
    expect(log).not.toMatch(/terminated by signal|reinitializing/);
  }

  it("is made by the container's own pg_dump, and its password is in no process's arguments", async () => {
    const folder = join(temporaryFolder(), 'new');
    const before = [await catalogLines(database), await tableContents(database)];
    const { lines, result } = await watched(() => inContainer('backup', '--events', '--backup-dir', folder));
    const { backup } = expectDocument(result);
    expect(result.exitCode).toBe(0);
    expect(backup?.file).toMatch(/^.*\/yokeflow-1\.3\.0-\d{8}T\d{6}Z\.[0-9a-f]{8}-\d+\.dump$/);
    expect(backup).toMatchObject({
      bytes: statSync(backup?.file ?? '').size,
      restoreWith: `yokeflow-upgrade restore ${backup?.file} --container yokeflow_postgres`,
    });
    const events = result.events();
    expect(events.filter(({ event }) => event === 'phase').map(({ state }) => state)).toEqual(['started', 'done']);
    // It is first written, and nobody knows how much that will be, and then read back.
    const counted = events.filter(({ event }) => event === 'progress');
    expect(counted[0]).toMatchObject({ key: 'backup', bytes: expect.any(Number) as number });
    expect(counted[0]).not.toHaveProperty('totalBytes');
    expect(events.at(-1)).toMatchObject({ event: 'ended', result: 'backed-up', backup });
    await expectWhole(folder, backup?.file ?? '');
    await expectServerUndisturbed();
    expect([await catalogLines(database), await tableContents(database)]).toEqual(before);
    if (process.platform === 'linux') expect([...lines].some((line) => /\bpg_dump\b/.test(line))).toBe(true);
    expect([...lines].filter((line) => line.includes(password))).toEqual([]);
    expect(result.stdout + result.stderr).not.toContain(password);
  });

  it('is made by a pg_dump of this machine over a URL, with the password in no argument', async ({ skip }) => {
    if (localMissing) return skip("no pg_dump on this machine is new enough for the container's server");
    const folder = join(temporaryFolder(), 'new');
    // Not in the URL, or the command's own arguments would hold it.
    const url = database.url.replace(`:${password}@`, '@');
    const { lines, result } = await watched(() =>
      startCommand(['backup', '--json', '--backup-dir', folder, '--database-url', url], {
        env: { PGPASSWORD: password },
      }),
    );
    const { backup } = expectDocument(result);
    expect(result.exitCode, result.stderr).toBe(0);
    await expectWhole(folder, backup?.file ?? '');
    expect(backup?.restoreWith).toBe(`yokeflow-upgrade restore ${backup?.file} --database-url ${url}`);
    expect([...lines].filter((line) => line.includes(password))).toEqual([]);
  });

  it('comes before the upgrade, which says where it is and how to go back', async () => {
    const folder = temporaryFolder();
    const { exitCode, stdout, stderr } = await runCommand(['upgrade', '--yes', '--backup-dir', join(folder, 'b')], {
      engine: true,
    });
    expect(exitCode, stderr).toBe(0);
    const [file] = readdirSync(join(folder, 'b'));
    expect(stderr.indexOf('✔ Back up')).toBeGreaterThan(-1);
    expect(stderr.indexOf('✔ Back up')).toBeLessThan(stderr.indexOf('✔ Lock the tables'));
    expect(stdout).toContain(
      `To go back to it: yokeflow-upgrade restore ${join(folder, 'b', file ?? '')} --container yokeflow_postgres`,
    );
    expect(await database.query('SELECT backup_file FROM yokeflow_upgrade.runs')).toEqual([
      { backup_file: join(folder, 'b', file ?? '') },
    ]);

    // Nothing is due any more, so there is nothing to go back from.
    await runCommand(['upgrade', '--yes', '--backup-dir', join(folder, 'second')], { engine: true });
    expect(readdirSync(folder)).toEqual(['b']);
  });

  it('goes by default to yokeflow-backups in the current folder, beside a .gitignore', async () => {
    const cwd = temporaryFolder();
    const { json } = await runCommand(['upgrade', '--yes', '--json'], { engine: true, cwd });
    expect(json().backup?.file.startsWith(join(cwd, 'yokeflow-backups/yokeflow-1.3.0-'))).toBe(true);
    expect(readFileSync(join(cwd, 'yokeflow-backups', '.gitignore'), 'utf8')).toBe('*\n');
  });

  it('is left out after --no-backup', async () => {
    const cwd = temporaryFolder();
    const result = await runCommand(['upgrade', '--yes', '--json', '--no-backup'], { engine: true, cwd });
    expect(expectDocument(result)).toMatchObject({ exitCode: 0, result: 'upgraded', backup: null });
    expect(readdirSync(cwd)).toEqual([]);
  });

  it.skipIf(noSmallDisk)(
    `for which there is no room is refused before anything is asked or done${noSmallDisk ? ` (${noSmallDisk})` : ''}`,
    async () => {
      const before = [await catalogLines(database), await tableContents(database)];
      const disk = smallDisk(1_048_576);
      const result = await inContainer('upgrade', '--yes', '--backup-dir', join(disk, 'b')).result;
      expect(result.exitCode).toBe(3);
      expect(expectDocument(result).error).toMatchObject({
        code: 'YF340',
        changed: false,
        remedy: expect.stringMatching(/--backup-dir.*--no-backup/) as string,
      });
      expect(readdirSync(disk)).toEqual([]);
      expect([await catalogLines(database), await tableContents(database)]).toEqual(before);
    },
  );

  /** Holds a table locked, so that pg_dump waits on it, and hands over once it does. */
  async function whilePgDumpWaits(
    running: () => RunningCommand,
    act: (running: RunningCommand, release: () => Promise<unknown>) => Promise<void>,
  ): Promise<void> {
    const address = await container.address();
    await connected(address, 'yokeflow', async (holder) => {
      await holder.query('BEGIN; LOCK TABLE besides.notes');
      const started = running();
      const waiting = () =>
        container.query(
          `SELECT FROM pg_stat_activity WHERE application_name LIKE 'yokeflow-upgrade-backup%' AND wait_event_type = 'Lock'`,
        );
      for (const deadline = Date.now() + 20_000; (await waiting()).length === 0; await sleep(50)) {
        if (started.process.exitCode !== null || Date.now() > deadline)
          throw new Error(`pg_dump never waited: ${JSON.stringify(await started.result)}`);
      }
      await act(started, () => holder.query('ROLLBACK'));
    });
  }

  /** The command lines of this machine's processes while a backup is made, which is held up until its pg_dump can be among them. */
  async function watched(start: () => RunningCommand) {
    let seen: { lines: Set<string>; result: Awaited<RunningCommand['result']> } | undefined;
    await whilePgDumpWaits(start, async (running, release) => {
      const watching = commandLinesDuring(running.result);
      await sleep(200);
      await release();
      seen = { lines: await watching, result: await running.result };
    });
    return seen!;
  }

  for (const [way, start, missing] of [
    ['in the container', inContainer, () => false],
    ['over a URL', direct, () => localMissing],
  ] as const) {
    const upgrade = (folder: string) => () => start('upgrade', '--yes', '--backup-dir', folder);

    it(`whose pg_dump dies ${way} leaves no file, and the upgrade does not begin`, async ({ skip }) => {
      if (missing()) return skip("no pg_dump on this machine is new enough for the container's server");
      const before = [await catalogLines(database), await tableContents(database)];
      const folder = join(temporaryFolder(), 'b');
      await whilePgDumpWaits(upgrade(folder), async ({ result }) => {
        await container.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'yokeflow-upgrade-backup%'`,
        );
        expect((await result).exitCode).toBe(1);
        expect(expectDocument(await result)).toMatchObject({
          result: 'failed',
          backup: null,
          error: { code: 'YF510', changed: false },
        });
      });
      await expectNothingLeft(folder);
      expect([await catalogLines(database), await tableContents(database)]).toEqual(before);
    });

    it(`that is cancelled ${way} leaves no file, no session and no process`, async ({ skip }) => {
      if (missing()) return skip("no pg_dump on this machine is new enough for the container's server");
      const folder = join(temporaryFolder(), 'b');
      await whilePgDumpWaits(upgrade(folder), async ({ process, result }) => {
        process.kill('SIGINT');
        expect((await result).exitCode).toBe(130);
        expect(expectDocument(await result)).toMatchObject({
          result: 'cancelled',
          error: { code: 'YF701', changed: false },
        });
        await expectNothingLeft(folder);
      });
    });

    it(`whose program is killed ${way} leaves no session and no process, and no file that looks whole`, async ({
      skip,
    }) => {
      if (missing()) return skip("no pg_dump on this machine is new enough for the container's server");
      const folder = join(temporaryFolder(), 'b');
      await whilePgDumpWaits(upgrade(folder), async ({ process, result }, release) => {
        process.kill('SIGKILL');
        await result;
        await release();
        const partial = readdirSync(folder);
        expect(partial).toEqual([expect.stringMatching(/\.partial$/)]);
        await expectNothingLeft(join(folder, 'none'));
      });
    });
  }

  it('does not wait longer than --wait for a table, exit 5', async () => {
    const folder = join(temporaryFolder(), 'b');
    await whilePgDumpWaits(
      () => inContainer('backup', '--wait', '3', '--backup-dir', folder),
      async ({ result }) => {
        expect((await result).exitCode).toBe(5);
        expect(expectDocument(await result).error).toMatchObject({ code: 'YF402', changed: false });
        await expectNothingLeft(folder);
      },
    );
  });

  it.skipIf(noSmallDisk)(
    `whose disk is full in the middle leaves no file${noSmallDisk ? ` (${noSmallDisk})` : ''}`,
    async () => {
      const disk = smallDisk(32_000_000);
      const folder = join(disk, 'b');
      await whilePgDumpWaits(
        () => inContainer('backup', '--backup-dir', folder),
        async ({ result }, release) => {
          fill(disk);
          await release();
          expect((await result).exitCode).toBe(1);
          const { error } = expectDocument(await result);
          expect(error).toMatchObject({ code: 'YF510', changed: false });
          expect(error?.message).toMatch(/disk of .* is full/);
          await expectNothingLeft(folder);
        },
      );
    },
  );
});

function fill(disk: string): void {
  try {
    for (let n = 0; ; n++) writeFileSync(join(disk, `filler-${n}`), Buffer.alloc(500_000));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
