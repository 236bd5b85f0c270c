import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { createPostgresContainer, describeWithEngine, type PostgresContainer } from '../support/engine.js';
import { partSql, schemaSql } from '../support/fixtures.js';
import { keptFolder } from '../support/folder.js';
import type { Outcome } from '../support/outcome.js';
import { machineEnv, runProgram } from '../support/run-program.js';
import { builtToolImage, toolImage } from '../support/tool-image.js';

/** YokeFlow 1.4.0's schema folder, in the order in which the image runs it: 011 needs what schema.sql makes. */
const initFiles = {
  '011_paused_sessions.sql': `${partSql('1.4.0/011-labels')}\n${partSql('1.4.0/011-tables')}`,
  'schema.sql': `${schemaSql('1.1.1/1.3.0')}\nCREATE TABLE notes_of_the_checkout (id int);`,
};

describeWithEngine('a fresh 1.4.0 that ended empty', () => {
  let started: PostgresContainer;
  const { folder, remove } = keptFolder();
  const command = (...args: string[]) => runCommand([...args, '--json'], { engine: true, cwd: folder });

  beforeAll(async () => {
    await builtToolImage();
    started = await createPostgresContainer({ initFiles });
    expect(await started.container.wait()).toMatchObject({ StatusCode: 3 });
    await started.container.start();
    await started.ready();
  }, 600_000);
  afterAll(async () => {
    await started?.stop();
    remove();
  });

  it('is recognised by the log of its container and its mount, and named with what mends it', async () => {
    for (const name of ['status', 'doctor']) {
      const { exitCode, json } = await command(name);
      expect(exitCode).toBe(3);
      const { error, version } = json();
      expect([error?.code, version?.state]).toEqual(['YF361', 'empty']);
      expect(error?.found.join('\n')).toMatch(/011_paused_sessions\.sql, line \d+: .*"?session/);
      expect(error?.found.join('\n')).toContain('is mounted at /docker-entrypoint-initdb.d');
      expect(error?.remedy).toContain('--init');
    }
    const yes = await command('upgrade', '--yes');
    expect([yes.exitCode, yes.json().error?.code]).toEqual([3, 'YF361']);
    expect(await started.query(`SELECT FROM pg_tables WHERE schemaname = 'public'`)).toEqual([]);
  });

  const inImage = async (args: readonly string[], ...words: string[]) => {
    const run = ['run', '--rm', ...args, toolImage, ...words];
    const { exitCode, stdout, stderr } = await runProgram('docker', run, { env: machineEnv() });
    const read = (): Outcome => JSON.parse(stdout) as Outcome;
    return { exitCode, stdout, stderr, json: read };
  };
  const socket = ['-v', '/var/run/docker.sock:/var/run/docker.sock'];

  it("in the tool's own image without the socket is out of sight, and the message has the line that mends it", async () => {
    const { exitCode, stderr, json } = await inImage([], 'status', '--json');
    expect(exitCode, stderr).toBe(4);
    expect(json().error?.code).toBe('YF261');
    expect(json().error?.remedy).toContain('-v /var/run/docker.sock:/var/run/docker.sock');
    const named = await inImage(
      ['-e', 'DATABASE_URL=postgresql://agent:pw@localhost:5432/yokeflow'],
      'status',
      '--json',
    );
    expect([named.exitCode, named.json().error?.code]).toEqual([4, 'YF262']);
    const given = await inImage([], 'status', '--json', '--database-url', 'postgresql://agent@127.0.0.1:5432/yokeflow');
    expect([given.exitCode, given.json().error?.code]).toEqual([4, 'YF262']);
    expect(given.json().error?.remedy).toContain('host.docker.internal');
    // With the machine's network, 127.0.0.1 is the machine.
    const host = await inImage(
      ['--network', 'host'],
      'status',
      '--json',
      '--database-url',
      'postgresql://agent@127.0.0.1:1/yokeflow',
    );
    expect([host.exitCode, host.json().error?.code]).toEqual([4, 'YF204']);
  });

  it('is loaded from the checkout behind the mount, upgraded and proven; a second run has nothing to do', async () => {
    const { exitCode, stderr, json } = await command('upgrade', '--init', '--yes');
    expect(exitCode, stderr).toBe(0);
    const { loaded, version, findings } = json();
    expect(loaded).toEqual({ from: 'checkout', file: expect.stringMatching(/\/schema\.sql$/) as string });
    expect([version?.release, version?.state, findings]).toEqual(['1.4.0', 'current', []]);
    expect(await started.query('SELECT count(*)::int AS n FROM notes_of_the_checkout')).toEqual([{ n: 0 }]);
    const again = await command('upgrade', '--init', '--yes');
    expect([again.exitCode, again.json().result]).toEqual([0, 'already-current']);
    const doctor = await command('doctor');
    expect(doctor.exitCode).toBe(0);
    expect(doctor.json().doctor?.verdict).toMatch(
      /^YokeFlow 1\.4\.0 was found: .*yokeflow_postgres; nothing is due\.$/,
    );
  });

  it('a backup that would vanish with the container is refused before anything is asked', async () => {
    const refused = await inImage(socket, 'backup', '--json');
    expect(refused.exitCode, refused.stderr).toBe(3);
    expect(refused.json().error).toMatchObject({ code: 'YF364', changed: false });
    const memory = await inImage([...socket, '--tmpfs', '/work'], 'backup', '--json');
    expect([memory.exitCode, memory.json().error?.code]).toEqual([3, 'YF364']);
    // No row is lost by it, so it needs no backup.
    const back = await inImage(socket, 'rollback', '--yes', '--json');
    expect([back.exitCode, back.json().version?.release], back.stderr).toEqual([0, '1.3.0']);
    const upgrade = await inImage(socket, 'upgrade', '--yes', '--json');
    expect([upgrade.exitCode, upgrade.json().error?.code]).toEqual([3, 'YF364']);
    const without = await inImage(socket, 'upgrade', '--yes', '--no-backup', '--json');
    expect([without.exitCode, without.json().result], without.stderr).toEqual([0, 'upgraded']);
    await inImage(socket, 'rollback', '--yes', '--json');
    mkdirSync(join(folder, 'kept'));
    writeFileSync(join(folder, 'kept', '.keep'), '');
    const kept = await inImage(
      [...socket, '-v', `${join(folder, 'kept')}:/backups`],
      'upgrade',
      '--yes',
      '--backup-dir',
      '/backups',
      '--json',
    );
    expect([kept.exitCode, kept.json().result], kept.stderr).toEqual([0, 'upgraded']);
    expect(kept.json().backup?.file).toMatch(/^\/backups\//);
  });
});
