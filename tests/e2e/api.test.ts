import { execFile, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, copyFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiDecision, Calling, Event } from '../../src/api.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { connected } from '../support/databases.js';
import { schemaFaults } from '../support/schema.js';
import { scenarioSql } from '../support/fixtures.js';
import { engineRelease } from '../support/releases.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const to = engineRelease.version;

/** The package as another program imports it: what `exports` names, built. */
type Api = typeof import('../../src/api.js');
const api = (await import(join(checkout, 'dist/lib/api.js'))) as Api;

const databases: TestDatabase[] = [];
async function at(scenario: string): Promise<TestDatabase> {
  const database = await createDatabase({ sql: scenarioSql(scenario) });
  databases.push(database);
  return database;
}
afterAll(() => Promise.all(databases.map((database) => database.drop())));

describe('a program', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'yokeflow-upgrade-api-')));
    await mkdir(join(folder, 'node_modules/@types'), { recursive: true });
    await symlink(checkout, join(folder, 'node_modules/yokeflow-upgrade'), 'dir');
    await symlink(join(checkout, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'), 'dir');
    await copyFile(join(checkout, 'docs/examples/api/two-databases.ts'), join(folder, 'two-databases.ts'));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('that docs/api.md shows compiles, and upgrades two databases side by side', async () => {
    const options = ['--strict', '--module', 'nodenext', '--target', 'es2022', '--skipLibCheck', '--types', 'node'];
    execFileSync(
      process.execPath,
      [join(checkout, 'node_modules/typescript/bin/tsc'), ...options, 'two-databases.ts'],
      {
        cwd: folder,
        stdio: 'pipe',
      },
    );
    const [first, second] = [await at('1.3.0'), await at('1.4.0-as-documented')];
    const urls = [first, second].map(({ url }) => Object.assign(new URL(url), { password: '' }).href);
    const env = { ...process.env, PGPASSWORD: first.password };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['two-databases.js', ...urls], {
      cwd: folder,
      env,
    });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^0: Commit \(\d+ ms\)$/m);
    expect(stdout).toMatch(/^1: Commit \(\d+ ms\)$/m);
    expect(stdout).toMatch(/^0: upgraded, at [\d.]+, (\d+) of \1 checks passed$/m);
    expect(stdout).toMatch(/^1: repaired, at [\d.]+, (\d+) of \1 checks passed$/m);
  });
});

/** The events of a call, each with what holds of all: nothing secret, and what the schema says. */
function heard(): { events: Event[]; onEvent: NonNullable<Calling['onEvent']> } {
  const events: Event[] = [];
  return { events, onEvent: (event) => void events.push(event) };
}

describe('a call', () => {
  it('answers with the document of --json and tells the events of --events, without the password', async () => {
    const database = await at('1.3.0');
    const { events, onEvent } = heard();
    const outcome = await api.upgrade({ databaseUrl: database.url, to, backup: false, onEvent });
    expect(schemaFaults('outcome-1', outcome)).toEqual([]);
    expect(outcome).toMatchObject({ command: 'upgrade', result: 'upgraded', exitCode: 0, version: { release: to } });
    for (const event of events) {
      expect(schemaFaults('event-1', { ...event, at: new Date().toISOString() }), event.event).toEqual([]);
    }
    expect(new Set(events.map(({ event }) => event))).toEqual(
      new Set(['found', 'message', 'phases', 'phase', 'progress']),
    );
    expect(JSON.stringify([outcome, events])).not.toContain(database.password);
  });

  it('has its failure as an outcome, and throws nothing', async () => {
    const outcome = await api.status({ databaseUrl: 'postgresql://agent@127.0.0.1:1/yokeflow' });
    expect(outcome).toMatchObject({ command: 'status', result: 'not-found', exitCode: 4, error: { code: 'YF204' } });
    expect(schemaFaults('outcome-1', outcome)).toEqual([]);
  });

  it('asks its program, and changes nothing where that would rather not', async () => {
    const database = await at('1.3.0');
    const before = [await catalogLines(database), await tableContents(database)];
    const asked: ApiDecision[] = [];
    const options = { databaseUrl: database.url, to, backup: false, whileRunning: true };
    const decide: Calling['decide'] = (decision) => {
      asked.push(decision);
      return asked.length === 1 ? 'verify' : 'leave';
    };
    const outcome = await api.upgrade({ ...options, decide });
    expect(asked).toEqual(Array(2).fill({ kind: 'upgrade', withBackup: false, isRepair: false, crossesTo: '2.2.0' }));
    expect(outcome).toMatchObject({ result: 'cancelled', exitCode: 130, error: { code: 'YF701', changed: false } });
    expect([await catalogLines(database), await tableContents(database)]).toEqual(before);
  });

  it('that is cancelled beside another one ends alone, rolled back', async () => {
    const [cancelled, other] = [await at('1.3.0'), await at('1.3.0')];
    const withoutLabels = async () =>
      (await catalogLines(cancelled)).filter((line) => !line.includes('session_status'));
    const before = [await withoutLabels(), await tableContents(cancelled)];
    const stop = new AbortController();
    const onEvent = (event: Event) => {
      if (event.event === 'phase' && event.key === 'locks' && event.state === 'started') stop.abort();
    };
    const options = { to, backup: false };
    const outcomes = await Promise.all([
      api.upgrade({ ...options, databaseUrl: cancelled.url, onEvent, signal: stop.signal }),
      api.upgrade({ ...options, databaseUrl: other.url }),
    ]);
    expect(outcomes.map(({ result }) => result)).toEqual(['cancelled', 'upgraded']);
    expect(outcomes[0].error).toMatchObject({ code: 'YF701', changed: false });
    // Labels are committed ahead, and PostgreSQL cannot drop them.
    expect([await withoutLabels(), await tableContents(cancelled)]).toEqual(before);
  });

  it('goes on whatever its listener throws', async () => {
    const onEvent = () => {
      throw new Error('a listener of somebody');
    };
    const outcome = await api.plan({ databaseUrl: (await at('1.3.0')).url, to, onEvent });
    expect(outcome).toMatchObject({ command: 'plan', result: 'planned', exitCode: 10 });
  });

  it('that waits has a deadline of its own', async () => {
    const [locked, free] = [await at('1.3.0'), await at('1.3.0')];
    const outcomes = await connected(locked, locked.name, async (client) => {
      await client.query('BEGIN; LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE');
      return Promise.all([
        api.upgrade({ databaseUrl: locked.url, to, backup: false, wait: 1 }),
        api.upgrade({ databaseUrl: free.url, to, backup: false }),
      ]);
    });
    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([5, 0]);
  });
});
