import { copyFileSync, linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest';
import { runCommand } from '../support/command.js';
import { connected, type TestDatabase } from '../support/databases.js';
import { describeWithEngine, startPostgresContainer, type PostgresContainer } from '../support/engine.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql } from '../support/fixtures.js';
import { keptFolder, temporaryFolder } from '../support/folder.js';

/** Why no file can be made one that not even root removes; undefined where it can (chattr(1)). */
const noImmutable = ((): string | undefined => {
  const { folder, remove } = keptFolder();
  const file = join(folder, 'file');
  writeFileSync(file, '');
  try {
    execFileSync('chattr', ['+i', file], { stdio: 'ignore' });
    execFileSync('chattr', ['-i', file], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'skipped: chattr +i does not work here';
  } finally {
    remove();
  }
})();

describeWithEngine('a backup with --keep', () => {
  let container: PostgresContainer;
  let database: TestDatabase;
  let folder: string;
  /** A real backup of this database, made some seconds ago. */
  let first: string;

  beforeAll(async () => {
    container = await startPostgresContainer();
  });
  afterAll(() => container?.stop());
  beforeEach(async () => {
    await connected(await container.address(), 'postgres', (admin) =>
      admin.query('DROP DATABASE IF EXISTS yokeflow WITH (FORCE)'),
    );
    database = await container.createDatabase({ name: 'yokeflow', sql: scenarioSql('1.3.0') });
    folder = temporaryFolder();
    first = basename(expectDocument(await backup()).backup?.file ?? '');
  });

  const command = (...args: string[]) =>
    runCommand([...args, '--json', '--events', '--backup-dir', folder], { engine: true });
  const backup = (...args: string[]) => command('backup', ...args);
  const files = () => readdirSync(folder).sort();
  const time = (minutesAgo: number) =>
    new Date(Date.now() - minutesAgo * 60_000).toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '');
  /** A name like the first one's, of another time, and with other parts where they are given. */
  const named = (
    minutesAgo: number,
    { start = 'yokeflow', tag = /\.([0-9a-f]{8}-\d+)\.dump$/.exec(first)?.[1] ?? '' } = {},
  ) => `${start}-1.3.0-${time(minutesAgo)}${tag && `.${tag}`}.dump`;
  const copied = (name: string) => {
    copyFileSync(join(folder, first), join(folder, name));
    return name;
  };
  const changed = (name: string, change: (text: string) => string) => {
    writeFileSync(join(folder, name), change(readFileSync(join(folder, first), 'latin1')), 'latin1');
    return name;
  };

  it('removes the older ones of this very database, and nothing of which that is not certain', async () => {
    const third = copied(named(10));
    const older = [copied(named(20)), copied(named(30).replace('.dump', '-2.dump'))];
    const [server = '', oid = ''] = /\.([0-9a-f]{8})-(\d+)\.dump$/.exec(first)?.slice(1) ?? [];
    const damaged = changed(named(5), (text) => text.slice(0, text.length - 2000));
    const another = changed(named(40), (text) => text.replace('yokeflow', 'yokeflop'));
    const misnamed = copied(named(400 * 24 * 60));
    const garbage = changed(named(41), () => 'rows of mine');
    const left = [
      copied(named(50, { start: 'yokeflow-2' })),
      copied(named(51, { tag: '' })),
      copied(named(52, { tag: `00000000-${oid}` })),
      copied(named(53, { tag: `${server}-1` })),
      copied('yokeflow.dump'),
      copied(`${named(54)}.partial`),
      damaged,
      another,
      misnamed,
      garbage,
    ];
    const elsewhere = join(temporaryFolder(), 'elsewhere');
    linkSync(join(folder, first), elsewhere);
    symlinkSync(elsewhere, join(folder, named(60)));
    mkdirSync(join(folder, named(61)));
    execFileSync('mkfifo', [join(folder, named(62))]);
    const others = files().filter((name) => !older.includes(name));

    const result = await backup('--keep', '3');
    const { removed, findings, ...document } = expectDocument(result);
    expect(document).toMatchObject({ exitCode: 0, result: 'backed-up' });
    const made = basename(document.backup?.file ?? '');
    expect(files()).toEqual([...others, made].sort());
    expect(removed.map(({ name }) => basename(name)).sort()).toEqual([...older].sort());
    expect(removed.every(({ kind, reason }) => kind === 'file' && reason.includes('--keep 3'))).toBe(true);
    expect(
      result
        .events()
        .filter(({ event }) => event === 'removed')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(removed.map(({ name }) => name).sort());
    const named830 = findings
      .filter(({ code }) => code === 'YF830')
      .map(({ title }) => title)
      .join('\n');
    for (const name of [damaged, another, misnamed, garbage]) expect(named830).toContain(name);
    expect(left.filter((name) => !files().includes(name))).toEqual([]);

    // The damaged one, although newer, has not pushed out the third; behind a whole one it goes too.
    expect(files()).toEqual(expect.arrayContaining([third, damaged]));
    const last = expectDocument(await backup('--keep', '1'));
    expect(last.removed.map(({ name }) => basename(name)).sort()).toEqual([damaged, third, first, made].sort());
  });

  it('removes nothing where none was made, or none is asked for; an upgrade heeds it too', async () => {
    const older = copied(named(10));
    await connected(await container.address(), 'yokeflow', async (client) => {
      await client.query('BEGIN; LOCK TABLE projects');
      expect(expectDocument(await backup('--keep', '1', '--wait', '0'))).toMatchObject({ exitCode: 5, removed: [] });
    });
    expect(expectDocument(await command('upgrade', '--yes', '--keep', '1', '--dry-run'))).toMatchObject({
      exitCode: 0,
      removed: [],
    });
    for (const wrong of ['0', '-1', '1.5', '1e1', ''])
      expect(expectDocument(await backup('--keep', wrong)), wrong).toMatchObject({
        exitCode: 2,
        error: { code: 'YF101' },
      });
    expect(files()).toEqual([first, older].sort());
    const upgraded = expectDocument(await command('upgrade', '--yes', '--keep', '1'));
    expect(upgraded).toMatchObject({ exitCode: 0, result: 'upgraded' });
    expect(upgraded.removed.map(({ name }) => basename(name)).sort()).toEqual([first, older].sort());
    expect(files()).toEqual([basename(upgraded.backup?.file ?? '')]);
    await database.query('SELECT 1');
  });

  it.skipIf(noImmutable)(
    `says which one could not be removed, and has not failed${noImmutable ? ` (${noImmutable})` : ''}`,
    async () => {
      const stays = join(folder, copied(named(10)));
      execFileSync('chattr', ['+i', stays]);
      onTestFinished(() => void execFileSync('chattr', ['-i', stays]));
      const { exitCode, result, removed, findings } = expectDocument(await backup('--keep', '1'));
      expect({ exitCode, result }).toEqual({ exitCode: 0, result: 'backed-up' });
      expect(removed.map(({ name }) => basename(name))).toEqual([first]);
      expect(findings).toContainEqual(
        expect.objectContaining({ code: 'YF831', title: expect.stringContaining(stays) as string }),
      );
      expect(files()).toContain(basename(stays));
    },
  );
});
