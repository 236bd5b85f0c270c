import type { Diagnosis } from '../app/doctor/tried.js';
import type { CommandName, OutcomeOf } from '../app/outcome.js';
import type { Alternative } from '../database/target.js';
import type { Removed } from '../engine/progress.js';
import type { UpgradeError } from '../errors/error.js';
import type { Check } from '../inspection/check.js';
import type { Finding } from '../inspection/finding.js';
import type { StepStatus } from '../planning/inspected-step.js';
import type { MadeReport } from '../support-report/made.js';

type CheckDocument = Omit<Check, 'hindrance' | 'allMissing'>;
type FindingDocument = Pick<Finding, 'code' | 'title' | 'remedy'>;
type RefusalDocument = Pick<UpgradeError, 'code' | 'message' | 'found' | 'remedy'>;
type ErrorDocument = Pick<UpgradeError, 'code' | 'message' | 'found' | 'remedy' | 'changed' | 'leftBehind'>;

interface StepDocument {
  readonly id: string;
  readonly release: string;
  readonly title: string;
  readonly status: StepStatus;
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
    readonly refusal?: RefusalDocument;
    readonly removed: readonly Removed[];
    readonly backup: { readonly file: string; readonly bytes: number; readonly restoreWith: string | null } | null;
    readonly sql: string | null;
    readonly candidates?: readonly Alternative[];
    readonly error: ErrorDocument | null;
  } & (K extends 'doctor' ? { readonly doctor?: Diagnosis } : unknown) &
    (K extends 'report' ? { readonly report?: MadeReport } : unknown);
}[C];
