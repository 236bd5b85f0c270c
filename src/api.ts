import { decisionsFor, type DecideApi } from './api/decisions.js';
import type { Document } from './api/document.js';
import { decideByDefault } from './app/decisions.js';
import type { Command, OptionsOf } from './app/options.js';
import type { Outcome, OutcomeOf } from './app/outcome.js';
import type { RunContext } from './app/run.js';
import { inertJson } from './inert/json.js';
import { redactText } from './redaction/redact.js';
import type { Event } from './ui/events/event.js';
import { eventListener } from './ui/events/listener.js';
import { jsonDocument } from './ui/text/json.js';

export type { ApiAnswers, ApiDecision, DecideApi } from './api/decisions.js';
export type { Document } from './api/document.js';
export type { Command, OptionsOf } from './app/options.js';
export type { Event } from './ui/events/event.js';

/** How a run is watched, answered and ended. Each run has its own. */
export interface Calling {
  /**
   * Hears what the run tells: the lines of `--events` between `started` and `ended`, described by schema/event-1.schema.json.
   * An error that it throws is dropped: it must not end a change halfway.
   */
  readonly onEvent?: (event: Event) => void;
  /** Answers what a person would be asked. Without it the answers are those of `--yes`. */
  readonly decide?: DecideApi;
  /** Cancels the run in order: what can be rolled back is, and the outcome says so. */
  readonly signal?: AbortSignal;
  /** Ends the run at once, without waiting for that. */
  readonly abandon?: AbortSignal;
}

/**
 * Runs a command.
 * @param options what the command line's options of the same names say (`lockTimeout` in ms, `wait` and `maxTime` in s), and how to call
 * @returns what the command came to, as `--json` prints it (schema/outcome-1.schema.json). A failure is an outcome: nothing is thrown.
 */
type Run<C extends Command> = (options: OptionsOf[C] & Calling) => Promise<Document<C>>;

/** Where the database is: its release, each step, each finding. Changes nothing. */
export const status: Run<'status'> = (options) =>
  call(options, async (c) => (await import('./app/status.js')).status(c));

/** What an upgrade would do. Changes nothing. */
export const plan: Run<'plan'> = (options) => call(options, async (c) => (await import('./app/plan.js')).plan(c));

/** Every check; its probes are rolled back. */
export const verify: Run<'verify'> = (options) =>
  call(options, async (c) => (await import('./app/verify.js')).verify(c));

/** Takes the database to a release, in one transaction that is committed only after it was shown to work. */
export const upgrade: Run<'upgrade'> = (options) =>
  call(options, async (c) => (await import('./app/upgrade.js')).upgrade(c));

/** The whole upgrade on a copy of the database, which is dropped afterwards. */
export const rehearse: Run<'rehearse'> = (options) =>
  call(options, async (c) => (await import('./app/rehearse.js')).rehearse(c));

/** Takes the database back to the release before. */
export const rollback: Run<'rollback'> = (options) =>
  call(options, async (c) => (await import('./app/rollback.js')).rollback(c));

/** A dump of the whole database, read to its end. */
export const backup: Run<'backup'> = (options) =>
  call(options, async (c) => (await import('./app/backup.js')).backup(c));

/** Puts a backup in the database's place. */
export const restore: Run<'restore'> = (options) =>
  call(options, async (c) => (await import('./app/restore.js')).restore(c));

/** All that is tried to find the database, each with what came of it. Changes nothing and asks nothing. */
export const doctor: Run<'doctor'> = (options) =>
  call(options, async (c) => (await import('./app/doctor/doctor.js')).doctor(c));

/** A redacted report for support. Changes nothing and sends nothing. */
export const report: Run<'report'> = (options) =>
  call(options, async (c) => (await import('./app/report.js')).report(c));

async function call<C extends Command>(
  { onEvent, decide, signal, abandon, ...options }: OptionsOf[C] & Calling,
  run: (context: RunContext<C>) => Promise<OutcomeOf<C>>,
): Promise<Document<C>> {
  const emit = eventListener((event) => {
    try {
      onEvent?.(inert(event));
    } catch {
      // The run goes on, and its outcome tells all that its events told.
    }
  });
  const outcome: Outcome = (await run({
    options: options as unknown as OptionsOf[C],
    emit,
    decide: decide ? decisionsFor(decide) : decideByDefault,
    isAttended: decide !== undefined,
    signal,
    abandon,
  })) as Outcome;
  return JSON.parse(jsonDocument(outcome)) as Document<C>;
}

/** The event as a line of `--events` has it: without what is secret, and in data alone. */
function inert(event: Event): Event {
  return JSON.parse(inertJson(event, { change: redactText })) as Event;
}
