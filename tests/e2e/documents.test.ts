import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '../../src/cli/definitions.js';
import { runCommand } from '../support/command.js';
import { scenarioSql } from '../support/fixtures.js';
import { temporaryFolder } from '../support/folder.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

// runCommand().json() and .events() hold all that is printed against the schemas; here it is seen to that every command is asked.

type Place = '1.3.0' | 'foreign' | 'empty' | '1.4.0-as-documented' | 'none' | 'unreachable';
interface Ending {
  readonly on: Place;
  readonly options?: readonly string[];
  readonly exitCode: number;
  readonly result: string;
  /** The error's code. */
  readonly code?: string;
}

/** `file` stands for a file that is no backup. */
const noBackupFile = 'file';
const notFound = (...options: string[]): Ending => ({
  on: 'none',
  options,
  exitCode: 4,
  result: 'not-found',
  code: 'YF201',
});
const unreachable: Ending = { on: 'unreachable', exitCode: 4, result: 'not-found', code: 'YF204' };
const foreign = (...options: string[]): Ending => ({
  on: 'foreign',
  options,
  exitCode: 3,
  result: 'refused',
  code: 'YF302',
});
const empty: Ending = { on: 'empty', exitCode: 3, result: 'refused', code: 'YF301' };
const notAsked: Ending = { on: '1.3.0', exitCode: 2, result: 'wrong-usage', code: 'YF102' };
const noRelease: Ending = { on: '1.3.0', options: ['--to', '9.9'], exitCode: 2, result: 'wrong-usage', code: 'YF104' };

/** How each command may end, in the order in which it is run: whatever changes a database comes last. */
const endings: Readonly<Record<string, readonly Ending[]>> = {
  status: [notFound(), unreachable, empty, { on: '1.3.0', exitCode: 10, result: 'due' }],
  plan: [
    notFound(),
    foreign(),
    noRelease,
    { on: '1.4.0-as-documented', options: ['--sql'], exitCode: 10, result: 'planned' },
  ],
  verify: [notFound(), foreign(), { on: '1.4.0-as-documented', exitCode: 10, result: 'due' }],
  rehearse: [notFound(), foreign(), { on: '1.3.0', exitCode: 0, result: 'rehearsed' }],
  // Over a URL it needs a pg_dump as new as the server; tests/docker has it end well, and restore too.
  backup: [notFound(), foreign()],
  restore: [
    { ...notAsked, options: [noBackupFile] },
    { on: '1.3.0', options: [noBackupFile, '--yes'], exitCode: 3, result: 'refused', code: 'YF344' },
  ],
  upgrade: [
    notAsked,
    notFound('--yes'),
    foreign('--yes'),
    { on: '1.3.0', options: ['--dry-run'], exitCode: 0, result: 'planned' },
    { on: '1.3.0', options: ['--yes', '--no-backup'], exitCode: 0, result: 'upgraded' },
    { on: '1.3.0', options: ['--yes', '--no-backup'], exitCode: 0, result: 'already-current' },
    { on: '1.4.0-as-documented', options: ['--yes', '--no-backup'], exitCode: 0, result: 'repaired' },
  ],
  rollback: [
    notAsked,
    notFound('--yes'),
    foreign('--yes'),
    { on: '1.4.0-as-documented', options: ['--yes'], exitCode: 3, result: 'refused', code: 'YF331' },
    { on: '1.4.0-as-documented', options: ['--dry-run', '--discard-rows'], exitCode: 0, result: 'planned' },
    {
      on: '1.4.0-as-documented',
      options: ['--yes', '--discard-rows', '--no-backup'],
      exitCode: 0,
      result: 'rolled-back',
    },
  ],
  // A database that is not there, or another program's, is what a report tells of.
  report: [
    { on: 'none', options: ['--out', 'report.md'], exitCode: 2, result: 'wrong-usage', code: 'YF102' },
    { on: 'none', exitCode: 0, result: 'reported' },
    { on: 'foreign', exitCode: 0, result: 'reported' },
    { on: '1.3.0', options: ['--out', 'report.md', '--yes'], exitCode: 0, result: 'reported' },
  ],
  doctor: [notFound(), unreachable, { on: '1.3.0', exitCode: 0, result: 'found' }],
  demo: [
    { ...noRelease, on: 'none' },
    { on: 'none', options: ['--dry-run'], exitCode: 0, result: 'planned' },
  ],
  explain: [
    { on: 'none', options: ['YF402'], exitCode: 0, result: 'explained' },
    { on: 'none', options: ['YF999'], exitCode: 2, result: 'wrong-usage', code: 'YF105' },
  ],
  completion: [
    { on: 'none', options: ['bash'], exitCode: 0, result: 'printed' },
    { on: 'none', options: ['tcsh'], exitCode: 2, result: 'wrong-usage', code: 'YF101' },
  ],
};

const databases = new Map<Place, TestDatabase>();
const scenarios = ['1.3.0', 'foreign', 'empty', '1.4.0-as-documented'] as const;
beforeAll(async () => {
  for (const scenario of scenarios) databases.set(scenario, await createDatabase({ sql: scenarioSql(scenario) }));
});
afterAll(async () => {
  for (const database of databases.values()) await database.drop();
});

const urlOf = (place: Place) =>
  place === 'none' ? [] : ['--database-url', databases.get(place)?.url ?? 'postgresql://agent@127.0.0.1:9/yokeflow'];

async function documentOf(args: readonly string[]) {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, noBackupFile), 'no backup');
  const { exitCode, json, events } = await runCommand([...args, '--json', '--events'], { cwd });
  const document = json();
  expect(document.exitCode).toBe(exitCode);
  const told = events();
  expect(told[0]).toMatchObject({ command: document.command });
  expect(told.at(-1)).toMatchObject({ exitCode, result: document.result, backup: document.backup });
  const found = told.find(({ event }) => event === 'found');
  expect(found !== undefined, 'found exactly where a look was taken').toBe(document.version !== null);
  if (found) expect(found).toMatchObject({ target: document.target });
  if (document.error) expect(told.at(-2)).toMatchObject(document.error);
  return document;
}

it('every command has its endings here', () => {
  expect(Object.keys(endings).sort()).toEqual(commands.map(({ name }) => name).sort());
  for (const [command, each] of Object.entries(endings)) {
    if (command !== 'backup' && command !== 'restore')
      expect(
        each.some(({ code }) => code === undefined),
        `one of ${command} ends well`,
      ).toBe(true);
  }
});

describe.each(Object.entries(endings))('%s prints a document and events that the schemas accept', (command, each) => {
  it('for an option that there is not', async () => {
    expect(await documentOf([command, '--bogus'])).toMatchObject({
      command,
      exitCode: 2,
      result: 'wrong-usage',
      error: { code: 'YF101' },
    });
  });

  const titled = each.map(
    (ending) => [[ending.on, ...(ending.options ?? [])].join(' '), ending.code ?? ending.result, ending] as const,
  );
  it.each(titled)('on %s: %s', async (_on, _ending, { on, options = [], exitCode, result, code }) => {
    const document = await documentOf([command, ...options, ...urlOf(on)]);
    expect(document, JSON.stringify(document.error)).toMatchObject({
      command,
      exitCode,
      result,
      error: code === undefined ? null : { code },
    });
  });
});

// A wrapper may not know which command it runs.
describe.each([[['--bogus']], [['bogus']], [['--quiet', 'status']], [['help', 'bogus']]])(
  '%j prints one too',
  (args) => {
    it('before a command is known', async () => {
      expect(await documentOf(args)).toMatchObject({ exitCode: 2, result: 'wrong-usage', error: { code: 'YF101' } });
    });
  },
);

it.each([['--version'], ['--help']])('%s prints none, and no events: it is for people', async (option) => {
  const { exitCode, stdout, stderr } = await runCommand([option, '--json', '--events']);
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(option === '--version' ? /^\d+\.\d+\.\d+\n$/ : /^Usage: yokeflow-upgrade/m);
});
