import type { CommandName, OutcomeOf } from '../app/outcome.js';
import type { Alternative } from '../database/target.js';
import type { Event } from '../ui/events/event.js';

/** A check, a finding and an error as a program gets them. */
interface CheckDocument {
  readonly id: string;
  readonly title: string;
  readonly system: string;
  readonly ok: boolean;
  readonly expected: string;
  readonly found: string;
  readonly remedy: string;
  /** False for a probe that could not be run. */
  readonly probed?: false;
}

interface FindingDocument {
  readonly code: string;
  readonly title: string;
  readonly remedy: string;
}

interface ErrorDocument {
  readonly code: string;
  readonly message: string;
  readonly found: readonly string[];
  readonly remedy: string;
  readonly changed: boolean | 'unknown';
  readonly leftBehind: readonly string[];
}

interface StepDocument {
  readonly id: string;
  readonly release: string;
  readonly title: string;
  readonly status: 'applied' | 'pending' | 'partial' | 'defective';
  readonly due: boolean;
  readonly reason: string | null;
}

/**
 * What a command came to: the document of `--json`. schema/outcome-1.schema.json has every property and what it means; those
 * that programs go by are typed here, one member for each command.
 */
export type Document<C extends CommandName> = {
  readonly [K in C]: {
    readonly schemaVersion: 1;
    readonly command: K;
    readonly result: OutcomeOf<K>['result'];
    readonly ok: boolean;
    readonly exitCode: OutcomeOf<K>['exitCode'];
    readonly target: Readonly<Record<string, unknown>> | null;
    readonly version: {
      readonly state: string;
      readonly release: string | null;
      readonly target: string;
      readonly schema: string;
    } | null;
    readonly steps: readonly StepDocument[];
    readonly applied: readonly string[];
    readonly checks: readonly CheckDocument[];
    readonly findings: readonly FindingDocument[];
    readonly removed: readonly Omit<Extract<Event, { event: 'removed' }>, 'event'>[];
    readonly backup: { readonly file: string; readonly bytes: number; readonly restoreWith: string | null } | null;
    readonly sql: string | null;
    readonly candidates?: readonly Alternative[];
    readonly error: ErrorDocument | null;
  } & (K extends 'report' ? { readonly report?: ReportDocument } : unknown);
}[C];

interface ReportDocument {
  /** Null where it was not written to a file. */
  readonly file: string | null;
  readonly format: 'md' | 'html' | 'json';
  readonly bytes: number;
  /** The report as text, where it was not written to a file. */
  readonly content: string | null;
}
