import { statSync } from 'node:fs';
import { expect } from 'vitest';
import type { CommandResult } from '../support/command.js';
import { expectDocument } from '../support/expect-document.js';
import type { Outcome } from '../support/outcome.js';
import type { Fault } from './faults.js';
import type { Ground } from './ground.js';
import { databasesOf, labelsOf, momentOf } from './moments.js';
import type { CommandName } from './options.js';
import { archivesIn, filesLeft, scratchLeft, type Ends, type State } from './states.js';

/** What the exit codes promise: docs/automation.md, "Exit codes". 7 and 130 promise nothing by themselves. */
const promised: Partial<Record<number, State>> = { 0: 'new', 1: 'old', 3: 'old', 4: 'old', 5: 'old', 6: 'new' };
/** What a command that never changes the database can end in. */
const harmless: readonly CommandName[] = ['rehearse', 'backup'];
const harmlessExits = [0, 1, 3, 4, 5, 130];

export interface Told {
  readonly command: CommandName;
  readonly fault: Fault;
  readonly result: CommandResult;
  readonly state: State;
  readonly ends: Ends;
}

/** Expects that all that a run said is so: its exit code, its document, its events, and what it says of what it left. */
export async function expectTruth(ground: Ground, told: Told): Promise<void> {
  const { command, fault, result, state } = told;
  const { exitCode } = result;
  if (exitCode === null) return expectSilence(told);

  if (promised[exitCode] !== undefined) expect(state, `exit code ${exitCode}`).toBe(promised[exitCode]);
  else expect([7, 130]).toContain(exitCode);
  if (harmless.includes(command)) expect(harmlessExits).toContain(exitCode);

  const document = expectDocument(result);
  result.events();
  expectTrueError(told, document);
  await expectTrueLabels(ground, told, document);
  expectTrueBackup(ground, told, document);
  await expectTrueNames(ground, document);

  const files = filesLeft(ground);
  expect(files.partial, 'unfinished backups').toEqual([]);
  if (fault.silences !== 'tidying') expect(files.temporary, 'temporary files').toEqual([]);
  const scratch = await scratchLeft(ground);
  if (command !== 'restore' && command !== 'rehearse') expect(scratch).toEqual([]);
  else
    for (const name of scratch)
      expect(JSON.stringify(document.error), 'the database that was left is told').toMatch(
        new RegExp(`${name}|the next re\\w+ drops what is left`, 'i'),
      );
}

/** A signal ended the command: SIGKILL, or another one before it listened to any. */
function expectSilence({ fault, result: { stdout, stderr }, state }: Told): void {
  if (fault.silences === 'document') return;
  expect({ stdout, stderr, state }, 'a signal ends a command without a word only before it has begun').toEqual({
    stdout: '',
    stderr: '',
    state: 'old',
  });
}

function expectTrueError({ command, state }: Told, { error }: Outcome): void {
  if (error === null) return;
  if (harmless.includes(command)) return expect(error.changed).toBe(false);
  if (error.changed !== 'unknown') expect(state, `error.changed: ${error.changed}`).toBe(error.changed ? 'new' : 'old');
  if (
    /is as it was|nothing (was|has) (changed|committed)|before anything changed/i.test(
      `${error.message} ${error.remedy}`,
    )
  ) {
    expect(error.changed, 'nothing was changed, it says').toBe(false);
  }
}

/** PostgreSQL cannot drop a label, so a failed run that has left one says so. */
async function expectTrueLabels(ground: Ground, { command, state, ends }: Told, { error }: Outcome): Promise<void> {
  if (command !== 'upgrade' || state !== 'old' || error === null) return;
  const more = labelsOf(await momentOf(ground)).filter((label) => !labelsOf(ends.before).includes(label));
  if (more.length > 0) expect(error.leftBehind, `left behind: ${more.join(', ')}`).not.toEqual([]);
}

/** A backup that is told is there, and one that is there is told. */
function expectTrueBackup(ground: Ground, { fault }: Told, { backup }: Outcome): void {
  const archives = archivesIn(ground);
  if (backup)
    expect({ archives, bytes: statSync(backup.file).size }).toEqual({ archives: [backup.file], bytes: backup.bytes });
  else if (fault.silences === undefined) expect(archives, 'backups that are not told').toEqual([]);
}

async function expectTrueNames(ground: Ground, { restored }: Outcome): Promise<void> {
  if (restored?.keptAs) expect(await databasesOf(ground)).toContain(restored.keptAs);
}
