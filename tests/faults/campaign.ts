import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandResult, RunningCommand } from '../support/command.js';
import { startCommand } from '../support/command.js';
import { isOver, type Fault } from './faults.js';
import type { Disk, Ground, MakeGround } from './ground.js';
import type { CommandName, Way } from './options.js';
import { randomFrom, type Random } from './random.js';
import { whoIsConnected, type Reference, type References } from './references.js';
import type { Counted } from './tally.js';
import { trialsOf, type Trial } from './trials.js';
import { judge, type Verdict } from './verdict.js';

export interface Campaign {
  readonly way: Way;
  readonly seed: number;
  /** The number of the first run, and how many there are. */
  readonly first: number;
  readonly runs: number;
  /** Gone through one after the other, and round again. */
  readonly commands: readonly CommandName[];
  readonly faults: readonly Fault[];
  readonly hasPrograms: boolean;
  readonly ground: MakeGround;
  readonly disk: Disk;
  readonly references: References;
}

/** When a fault strikes: so many ms after the start, or after the command has told of a phase. */
interface Strike {
  readonly phase: number | undefined;
  readonly delay: number;
}

/** A command that has not ended so long after a fault, in ms, never will. */
const ENDS_WITHIN_MS = 120_000;

/** After so many violations the rest would say no more. */
const ENOUGH = 20;
/** Whoever waits for an hour wants to see it go on. */
const TELL_EVERY = 50;

/** Runs commands again and again, and lets one fault strike each time at a moment that chance picks. */
export async function campaign(options: Campaign): Promise<Counted[]> {
  const counted: Counted[] = [];
  for (let run = options.first; run < options.first + options.runs; run++) {
    counted.push(await oneRun(options, run));
    if (counted.filter(({ violation }) => violation !== undefined).length >= ENOUGH) break;
    if (counted.length % TELL_EVERY === 0)
      process.stdout.write(
        `${options.way}: ${counted.length} of ${options.runs} runs from seed ${options.seed + options.first}\n`,
      );
  }
  return counted;
}

async function oneRun(
  { way, seed, commands, faults, hasPrograms, ground, disk, references }: Campaign,
  run: number,
): Promise<Counted> {
  // A stream for each run, so that one run can be repeated without those before it.
  const random = randomFrom(seed + run);
  const command = commands[run % commands.length] as CommandName;
  const trial = random.pick(trialsOf(command, hasPrograms));
  const usesPrograms = trial.programs !== 'none' && hasPrograms;
  const has = { programs: usesPrograms, 'a small disk': usesPrograms && command !== 'restore' && disk.small };
  const fault = random.pick(faults.filter(({ needs }) => needs === undefined || has[needs]));
  let strike: string | undefined;
  let result: (CommandResult & { hit: boolean }) | undefined;
  try {
    const reference = await references.of(command, trial, ground, disk);
    const when = whenToStrike(reference, fault, random);
    strike =
      when.phase === undefined
        ? `${when.delay} ms after the start`
        : `${when.delay} ms after ${reference.phases[when.phase]}`;
    const verdict = await onGround(await ground({ sql: trial.sql, disk }), trial, async (place) => {
      result = await struck(place, trial, reference, fault, when, random);
      return judge(place, { command, trial, fault, result, file: reference.file, ends: reference });
    });
    return {
      command,
      fault: fault.name,
      exitCode: result?.exitCode ?? null,
      hit: result?.hit ?? false,
      violation: undefined,
      ...verdict,
    };
  } catch (error) {
    const violation = `${command}, ${trial.name}: ${fault.name}, ${strike ?? 'not even begun'}
  again: npm run test:faults -- --runs 1 --seed ${seed + run} --command ${command} --way ${way}
${error instanceof Error ? error.message : String(error)}
  exit ${result?.exitCode}\n${result?.stdout}\n${result?.stderr}`;
    process.stdout.write(`VIOLATION ${violation}\n`);
    return {
      command,
      fault: fault.name,
      exitCode: result?.exitCode ?? null,
      hit: result?.hit ?? false,
      state: undefined,
      violation,
      leftovers: 0,
    };
  }
}

function whenToStrike({ duration, phases }: Reference, { needs }: Fault, random: Random): Strike {
  // Programs are waited for, a full disk is met later, and both are used in the first half.
  if (needs !== undefined) return { phase: undefined, delay: Math.round((random.next() * duration) / 2) };
  // What takes a moment only would hardly ever be hit by time alone.
  if (random.next() < 0.5) return { phase: undefined, delay: Math.round(random.next() * duration) };
  return { phase: random.between(0, phases.length - 1), delay: random.between(0, 40) };
}

async function onGround(
  place: Ground,
  { somebody }: Trial,
  work: (place: Ground) => Promise<Verdict>,
): Promise<Verdict> {
  const leaves = somebody === true ? await whoIsConnected(place) : undefined;
  try {
    return await work(place);
  } finally {
    await leaves?.();
    await place.mend();
    await place.leave();
  }
}

async function struck(
  place: Ground,
  trial: Trial,
  reference: Reference,
  fault: Fault,
  { phase, delay }: Strike,
  random: Random,
): Promise<CommandResult & { hit: boolean }> {
  const run = startCommand(
    [...trial.line(place, reference.file), '--json', '--events', ...place.target],
    place.options,
  );
  if (phase !== undefined) await phaseBegins(run, phase);
  await sleep(delay);
  // The run may be over already; then there is nothing to strike, and everything must be done.
  const hit = !isOver(run) && (await fault.strike(run, place, random));
  const late = setTimeout(() => run.process.kill('SIGKILL'), ENDS_WITHIN_MS);
  const result = await run.result.finally(() => clearTimeout(late));
  if (result.exitCode === null && fault.silences !== 'document' && run.process.signalCode === 'SIGKILL')
    throw new Error(`the command did not end within ${ENDS_WITHIN_MS / 1000} s\n${result.stderr}`);
  return { ...result, hit };
}

/** Waits until the command tells of its n-th phase, from 0 up, or is over. */
function phaseBegins({ process: { stderr }, result }: RunningCommand, n: number): Promise<void> {
  return new Promise((resolve) => {
    let told = '';
    stderr?.on('data', (text: Buffer | string) => {
      told += String(text);
      if (told.split('"state":"started"').length > n + 1) resolve();
    });
    void result.then(() => resolve());
  });
}
