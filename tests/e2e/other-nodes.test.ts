import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/definitions.js';
import { program } from '../support/command.js';
import { scenarioSql } from '../support/fixtures.js';
import { otherNodes } from '../support/other-nodes.js';
import { readEvents } from '../support/events.js';
import { schemaFaults } from '../support/schema.js';
import { temporaryFolder } from '../support/folder.js';
import { runProgram } from '../support/run-program.js';
import { createDatabase, type TestDatabase } from '../support/server.js';
import { runInShell } from '../support/shell-around.js';

const old = otherNodes.filter(({ isSupported }) => !isSupported);
const supported = [
  ...otherNodes.filter(({ isSupported }) => isSupported),
  { path: process.execPath, version: process.versions.node },
];

it.runIf(process.env['REQUIRE_NODES'] === '1')('there are Nodes before and after, as REQUIRE_NODES=1 demands', () => {
  expect([old.length > 0, supported.length > 1]).toEqual([true, true]);
});

describe.skipIf(old.length === 0)(
  `a Node that is too old${old.length === 0 ? ' (skipped: YOKEFLOW_TEST_NODES names none)' : ''}`,
  () => {
    it.each(old)('$version is told in one line, before anything is loaded', async ({ path, version }) => {
      for (const args of [[], ['status'], ['--version'], ['upgrade', '--yes'], ['--bogus']]) {
        const { exitCode, stdout, stderr } = await runInShell('"$@"', args, { node: path });
        expect([exitCode, stdout]).toEqual([1, '']);
        expect(stderr).toMatch(
          new RegExp(`^YF110  .*Node 20\\.17 or later.*Node ${version}\\..*Nothing was changed\\..*Install .*\\n$`),
        );
      }
    });

    it.each(old)(
      '$version is told in the document and the events that were asked for, of every command',
      async ({ path }) => {
        for (const { name } of commands) {
          const { exitCode, stdout, stderr } = await runInShell('"$@"', [name, '--json', '--events'], { node: path });
          const document = JSON.parse(stdout) as object;
          expect(schemaFaults('outcome-1', document)).toEqual([]);
          expect(document).toMatchObject({ command: name, exitCode, error: { code: 'YF110', changed: false } });
          expect(readEvents(stderr)).toMatchObject([
            { event: 'started', command: name },
            { event: 'error', code: 'YF110' },
            { event: 'ended', exitCode: 1 },
          ]);
        }
      },
    );
  },
);

describe(`a Node that is supported${supported.length === 1 ? ' (only this one: YOKEFLOW_TEST_NODES names no other)' : ''}`, () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase({ sql: scenarioSql('1.3.0') });
  });
  afterAll(() => database?.drop());

  it.each(supported.filter(({ version }) => Number(version.split('.')[0]) >= 22))(
    "$version keeps what it has compiled in a folder of its own, and in nobody else's",
    async ({ path }) => {
      const kept = async (mode: number) => {
        const home = temporaryFolder();
        const folder = join(home, '.cache/yokeflow-upgrade');
        mkdirSync(folder, { recursive: true });
        chmodSync(folder, mode);
        for (let run = 0; run < 2; run++)
          expect((await runProgram(path, [program, '--help'], { env: { HOME: home } })).exitCode).toBe(0);
        return readdirSync(folder).length;
      };
      expect(await kept(0o700)).toBeGreaterThan(0);
      expect(await kept(0o777)).toBe(0);
    },
  );

  it.each(supported)(
    '$version has nothing to say on standard error beside the program',
    async ({ path }) => {
      const url = ['--database-url', database.url];
      const runs = [
        ['status', ...url],
        ['verify', ...url],
        ['rehearse', ...url],
        ['report', ...url],
        ['upgrade', '--yes', '--dry-run', ...url],
        ['status'],
        ['status', '--container', 'nothing'],
        ['demo', '--yes'],
        ['explain', 'YF402'],
        ['--bogus'],
      ];
      for (const args of runs) {
        // An engine that refuses, which dockerode is loaded for.
        const { stderr } = await runInShell('"$@"', args, { node: path, env: { DOCKER_HOST: 'tcp://127.0.0.1:9' } });
        expect(stderr, args.join(' ')).not.toMatch(/Warning|\(node:|\n\s+at /);
        // Events are sent by the same code whatever the command; what it loads was seen above.
        if (!['status', 'demo', '--bogus'].includes(args[0] ?? '')) continue;
        const told = await runInShell('"$@"', [...args, '--events'], {
          node: path,
          env: { DOCKER_HOST: 'tcp://127.0.0.1:9' },
        });
        expect(
          readEvents(told.stderr)
            .map(({ text }) => String(text))
            .filter((text) => /Warning/.test(text)),
          args.join(' '),
        ).toEqual([]);
      }
    },
    400_000,
  );
});
