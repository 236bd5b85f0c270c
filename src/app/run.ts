import type { Session } from '../database/session.js';
import { Deadline } from '../machine/deadline.js';
import type { UpgradeError } from '../errors/error.js';
import type { Listener, Removed } from '../engine/progress.js';
import type { Finding } from '../inspection/finding.js';
import { cancelled } from './cancelled.js';
import type { Decide } from './decisions.js';
import type { Cancelling, Emit } from './events.js';
import { endedByTime, failure } from './failure.js';
import { closeKept } from './kept-session.js';
import { defaults, type Command, type OptionsOf } from './options.js';
import type { Ending, Known, OutcomeOf } from './outcome.js';
import type { Phase } from './phases.js';
import { Stops, type StopSignals, type Why } from './stops.js';

/** All that one run needs from outside. Several runs may go on side by side. */
export interface RunContext<C extends Command> extends StopSignals {
  readonly options: OptionsOf[C];
  readonly emit: Emit;
  readonly decide: Decide;
  /** Whether somebody can answer questions; known before the first question comes up. */
  readonly isAttended: boolean;
  /** How much of `maxTime` is over already, in ms. */
  readonly elapsedMs?: number;
}

/** How long, in ms, until a slow look is reported, and then until it is reported again. */
const FIRST_WORD_MS = 1500;
const NEXT_WORD_MS = 15_000;

/** One run of a use case. What it has learned so far is in its outcome, however it ends. */
export class Run<C extends Command = Command> {
  readonly options: OptionsOf[C] & typeof defaults;
  readonly deadline: Deadline;
  private learned: Partial<Known<C>> = {};

  constructor(
    readonly command: C,
    private readonly context: RunContext<C>,
    private readonly stops: Stops,
  ) {
    const given = Object.entries(context.options).filter(([, value]) => value !== undefined);
    this.options = { ...defaults, ...Object.fromEntries(given) } as OptionsOf[C] & typeof defaults;
    this.deadline = new Deadline(this.options.wait * 1000);
  }

  get emit(): Emit {
    return this.context.emit;
  }

  get decide(): Decide {
    return this.context.decide;
  }

  get isAttended(): boolean {
    return this.context.isAttended;
  }

  /** Aborted as soon as the run is to end. */
  get stopping(): AbortSignal {
    return this.stops.signal;
  }

  /** What the outcome has, however the run ends. */
  get known(): Partial<Known<C>> {
    return this.learned;
  }

  /** From now on the outcome has this as well. */
  learn(facts: Partial<Known<C>>): void {
    this.learned = { ...this.learned, ...facts };
  }

  /** Of several schemas one was chosen, which counts as if it had been typed. */
  chooseSchema(schema: string): void {
    Object.assign(this.options, { schema });
  }

  /** Closed when the run ends, where nothing has taken it by then. */
  keptOpen: Session | undefined;

  /** The outcome tells these findings besides those of the database. */
  note(...findings: readonly Finding[]): void {
    this.add('noted', findings);
  }

  private add(field: 'noted' | 'removed', more: readonly (Finding | Removed)[]): void {
    const before = (this.learned as { readonly [F in typeof field]?: readonly unknown[] })[field] ?? [];
    this.learned = { ...this.learned, [field]: [...before, ...more] };
  }

  /**
   * Runs a look that usually takes no time, and tells what it is about where it does: an engine that does not answer, a server far away.
   * @param what without a full stop, as in `Looking for YokeFlow's database`
   */
  async unlessSlow<T>(what: string, work: () => Promise<T>): Promise<T> {
    const slow = (again: boolean) => void this.emit({ kind: 'slow', what, again });
    // What is told of a look keeps no process alive that has nothing left to wait for.
    const first = setTimeout(slow, FIRST_WORD_MS, false).unref();
    const next = setInterval(slow, NEXT_WORD_MS, true).unref();
    try {
      return await work();
    } finally {
      clearTimeout(first);
      clearInterval(next);
    }
  }

  /** Runs `work`, whose progress is told phase by phase, and remembers what it removed and noted. */
  async inPhases<T>(phases: readonly Phase[], work: (on: Listener) => Promise<T>): Promise<T> {
    await this.emit({ kind: 'phases', phases });
    let failed = true;
    try {
      const result = await work((progress) => {
        if (progress.phase === 'removed') this.add('removed', [removedOf(progress)]);
        if (progress.phase === 'noted') this.note(progress.finding);
        void this.emit({ kind: 'progress', progress });
      });
      failed = false;
      return result;
    } finally {
      await this.emit({ kind: 'phases-over', failed });
    }
  }

  /** Runs work that has to be left in order; see {@link Stops.cancellable}. */
  cancellable<T>(
    at: () => Cancelling | undefined,
    leaveAtOnce: (why: Why) => UpgradeError,
    work: (signal: AbortSignal) => Promise<T>,
    { changes = false } = {},
  ): Promise<T> {
    const onFirst = () => {
      const what = at();
      if (what !== undefined) void this.emit({ kind: 'cancelling', at: what });
    };
    return this.stops.cancellable(onFirst, leaveAtOnce, work, { changes });
  }

  /** What is looked up from outside and may be left at any moment: an archive that is read, say. A stop ends it in `error`. */
  readable<T>(error: () => UpgradeError, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.cancellable(
      () => undefined,
      error,
      (signal) =>
        work(signal).catch((reason: unknown) => {
          throw signal.aborted ? error() : reason;
        }),
    );
  }
}

const removedOf = ({ kind, name, reason }: Removed): Removed => ({ kind, name, reason });

/**
 * Runs one use case to its outcome. Whatever it throws is part of the outcome: nothing is thrown.
 * @param work ends in what it came to; what the run has learned is added
 */
export async function runCommand<C extends Command>(
  command: C,
  context: RunContext<C>,
  work: (run: Run<C>) => Promise<Ending<C>>,
): Promise<OutcomeOf<C>> {
  const stops = new Stops(context);
  const { maxTime } = context.options;
  if (maxTime !== undefined) stops.endAfter(maxTime * 1000 - (context.elapsedMs ?? 0), maxTime * 1000);
  const run = new Run(command, context, stops);
  let outcome: OutcomeOf<C>;
  try {
    // Until a use case says otherwise, there is nothing to roll back.
    const ending = await stops.leavable(cancelled, () => work(run));
    outcome = { ...run.known, ...ending, command };
  } catch (error) {
    outcome = failure(command, error, run.known, stops.mayHaveChanged);
  } finally {
    await closeKept(run);
  }
  return stops.timeIsOver ? endedByTime(outcome) : outcome;
}
