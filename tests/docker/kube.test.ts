import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { openSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHost } from '../../src/database/container/open.js';
import { outputOf } from '../../src/database/container/output-of.js';
import { kubeAddress } from '../../src/database/kube/address.js';
import { runCommand, startCommand } from '../support/command.js';
import { connected } from '../support/databases.js';
import { describeWithEngine, startPostgresContainer, type PostgresContainer } from '../support/engine.js';
import { scenarioSql } from '../support/fixtures.js';
import { temporaryFolder } from '../support/folder.js';
import { openTransaction } from '../support/open-transaction.js';
import { commandLines } from '../support/processes.js';
import type { TestDatabase } from '../support/server.js';
import { kubectlFailure, startStandInCluster, type StandInCluster } from '../support/stand-in-api-server.js';

const name = 'yokeflow_pod';
const pod = 'team/stand-in/yokeflow/db-0';
const id = 'db-0/db';

// Debian's kubernetes-client is older than what the stand-in speaks: there, even CI has to do without.
const describeWithKubectl: typeof describeWithEngine =
  kubectlFailure === undefined
    ? describeWithEngine
    : (title, tests) => describe.skip(`${title} (skipped: ${kubectlFailure})`, tests);

describeWithKubectl('a pod, through the real kubectl and a stand-in for the API of Kubernetes', () => {
  let container: PostgresContainer;
  let cluster: StandInCluster;
  let database: TestDatabase;
  const before = process.env['KUBECONFIG'];

  beforeAll(async () => {
    container = await startPostgresContainer({ name });
    await connected(await container.address(), 'postgres', (admin) => admin.query('DROP DATABASE yokeflow'));
    database = await container.createDatabase({ name: 'yokeflow', sql: scenarioSql('1.3.0') });
    cluster = await startStandInCluster({ namespace: 'yokeflow', name: 'db-0' }, (command) =>
      spawn('docker', ['exec', '--interactive', name, ...command]),
    );
    process.env['KUBECONFIG'] = cluster.env.KUBECONFIG;
  });
  afterAll(async () => {
    if (before === undefined) delete process.env['KUBECONFIG'];
    else process.env['KUBECONFIG'] = before;
    await cluster?.stop();
    await container?.stop();
  });

  const sessions = () =>
    database.query<{ wait: string }>(
      `SELECT wait_event_type AS wait FROM pg_stat_activity WHERE application_name LIKE 'yokeflow-upgrade%'`,
    );
  /** What a run has started, here and in the pod. */
  const leftBehind = async () => [
    await sessions(),
    cluster.running(),
    commandLines().filter((line) => /kubectl.*--context=team\/stand-in/.test(line)),
  ];
  const nothing = [[], 0, []];
  const status = async (...args: string[]) => {
    const begun = Date.now();
    const { json } = await runCommand(['status', '--json', ...args], { env: cluster.env });
    const { exitCode, error } = json();
    return {
      exitCode,
      code: error?.code,
      found: error?.found.join('\n'),
      remedy: error?.remedy,
      ms: Date.now() - begun,
    };
  };

  it('carries bytes both ways, both outputs apart, and the exit code', async () => {
    const host = await openHost(kubeAddress(pod));
    const script = 'printf "%s" "$A B"; printf "no newline" >&2; exit 7';
    const said = await outputOf(host, id, { args: ['sh', '-c', script], env: { A: 'it\'s "x"\nand' } }, 10_000);
    expect(said).toEqual({ stdout: 'it\'s "x"\nand B', stderr: 'no newline', exitCode: 7 });

    const bytes = randomBytes(6_000_000);
    const exec = await host.exec(id, { args: ['sh', '-c', `head -c ${bytes.length}`], env: {}, hasInput: true });
    exec.input.write(bytes);
    const digest = createHash('sha256');
    for await (const { channel, bytes: piece } of exec.output) if (channel === 'stdout') digest.update(piece);
    expect(await exec.exitCode()).toBe(0);
    expect(digest.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));

    const abandoned = await host.exec(id, { args: ['sh', '-c', 'cat >/dev/null'], env: {}, hasInput: true });
    expect(cluster.running()).toBe(1);
    abandoned.abandon();
    await expect.poll(() => cluster.running(), { timeout: 5000 }).toBe(0);
  });

  it('of a run that is killed nothing is left, here or there', async () => {
    const other = await openTransaction(database, 'UPDATE sessions SET last_heartbeat = now()');
    const args = ['upgrade', '--yes', '--no-backup', '--json', '--lock-timeout', '60000', '--kube', pod];
    const { process: killed, result } = startCommand(args, { env: cluster.env });
    for (let tries = 0; tries < 400 && !(await sessions()).some(({ wait }) => wait === 'Lock'); tries++)
      await sleep(25);
    expect(cluster.running()).toBeGreaterThan(0);
    killed.kill('SIGKILL');
    await result;
    await expect.poll(leftBehind, { timeout: 8000, interval: 100 }).toEqual(nothing);
    await other.end();
  });

  it('is backed up and upgraded', async () => {
    const args = ['upgrade', '--yes', '--json', '--backup-dir', temporaryFolder(), '--kube', pod];
    const document = (await runCommand(args, { env: cluster.env })).json();
    expect(document).toMatchObject({
      exitCode: 0,
      result: 'upgraded',
      target: { kind: 'docker', container: pod, engine: pod, database: 'yokeflow', user: 'agent' },
    });
    const { file = '', bytes } = document.backup ?? {};
    expect(bytes).toBe(statSync(file).size);
    const listed = spawnSync('docker', ['exec', '--interactive', name, 'pg_restore', '--list'], {
      stdio: [openSync(file, 'r'), 'pipe', 'pipe'],
      encoding: 'utf8',
    });
    expect(listed).toMatchObject({ status: 0, stderr: '' });
    expect(listed.stdout).toContain('TABLE DATA public sessions');
    await expect.poll(leftBehind, { timeout: 5000 }).toEqual(nothing);
  });

  it('that cannot be had is told from a cluster that cannot be asked', async () => {
    const results: Awaited<ReturnType<typeof status>>[] = [];
    // Not all at once: kubectl has only so long for an answer.
    for (const pods of [
      ['yokeflow/db-1', 'no-space/db-0', 'stranger/yokeflow/db-0'],
      ['reader/yokeflow/db-0', 'dead/yokeflow/db-0', 'nowhere/yokeflow/db-0'],
      ['untrusted/yokeflow/db-0', 'no-plugin/yokeflow/db-0', 'silent/yokeflow/db-0'],
    ])
      results.push(...(await Promise.all(pods.map((one) => status('--kube', one)))));
    const [missing, noSpace, stranger, reader, ...unasked] = results;
    expect(missing).toMatchObject({
      exitCode: 4,
      code: 'YF247',
      found: 'there is no pod db-1 in the namespace yokeflow',
    });
    expect(noSpace).toMatchObject({ exitCode: 4, code: 'YF247', found: 'there is no namespace no-space' });
    expect([stranger?.code, reader?.code]).toEqual(['YF210', 'YF210']);
    expect(reader?.found).toContain('User "reader" cannot create resource "pods/exec"');
    expect(unasked.map(({ exitCode, code }) => `${exitCode} ${code}`)).toEqual(unasked.map(() => '4 YF246'));
    const reasons = [
      'was refused',
      'no context nowhere',
      'unknown authority',
      'no-such-plugin not found',
      'no answer in time',
    ];
    for (const [index, reason] of reasons.entries()) expect(unasked[index]?.found).toContain(reason);
    for (const { ms, remedy } of unasked) {
      expect(ms).toBeLessThan(10_000);
      expect(remedy).toContain('kubectl');
    }
    const both = await status('--kube', pod, '--container', name);
    expect(both).toMatchObject({ exitCode: 2, code: 'YF103' });
  });
});
