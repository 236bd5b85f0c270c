import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { runCommand, type CommandResult } from '../support/command.js';
import type { Fault } from './faults.js';
import type { Ground } from './ground.js';
import { strictLeftovers, type CommandName } from './options.js';
import { expectWholeArchives, filesLeft, scratchLeft, stateAfter, type Ends, type State } from './states.js';
import type { Trial } from './trials.js';
import { expectTruth } from './truth.js';

/** How long the server may take to notice that a client is gone, in ms. */
const QUIET_WITHIN_MS = 15_000;

/** Waits until nothing of the run is left: no session, and with it no lock, and no process. */
async function quiet(ground: Ground): Promise<void> {
  const deadline = Date.now() + QUIET_WITHIN_MS;
  for (;;) {
    const [sessions, processes] = [await ground.sessions(), await ground.processes()];
    if (sessions.length + processes.length === 0) return;
    if (Date.now() > deadline) expect({ sessions, processes }).toEqual({ sessions: [], processes: [] });
    await sleep(50);
  }
}

export interface Verdict {
  readonly state: State;
  /** Files of a killed run that the next one has left where they are. */
  readonly leftovers: number;
}

/** A run that is over, with all that is known of it. */
export interface EndedRun {
  readonly command: CommandName;
  readonly trial: Trial;
  readonly fault: Fault;
  readonly file: string;
  readonly ends: Ends;
  readonly result: CommandResult;
}

/**
 * What must hold after a fault: the old state or the new one, every word of the command true, nothing of it left at
 * work, and a next run that finishes and tidies up.
 * @throws {Error} vitest's own
 */
export async function judge(ground: Ground, run: EndedRun): Promise<Verdict> {
  const { command, trial, file, ends, result } = run;
  await ground.mend();
  await quiet(ground);
  expect(await ground.crashed(), 'the server has seen one of its processes crash').toBe(false);
  const state = await stateAfter[command](ground, trial, ends, result.exitCode);
  await expectTruth(ground, { ...run, state });
  await expectWholeArchives(ground, ends.before);

  const next = await runCommand([...trial.line(ground, file), '--json', ...ground.target], ground.options);
  expect(next.exitCode, `the next run\n${next.stdout}\n${next.stderr}`).toBe(0);
  expect(await stateAfter[command](ground, trial, ends, next.exitCode), 'after the next run').toBe('new');
  expect(await scratchLeft(ground), 'after the next run').toEqual([]);
  await quiet(ground);
  const files = filesLeft(ground);
  if (strictLeftovers) expect(files, 'after the next run').toEqual({ partial: [], temporary: [] });
  return { state, leftovers: files.partial.length + files.temporary.length };
}
