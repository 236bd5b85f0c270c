import type { Inspection } from '../inspection/inspection.js';
import type { Strictness } from './verify.js';

/** A plan that was confirmed, and how to carry it out. */
export interface Job extends Strictness {
  readonly inspection: Inspection;
  /** Steps that a probe found broken although the catalog calls them applied. */
  readonly failing: ReadonlyMap<string, string>;
  readonly schema: string | undefined;
  /** The file of the backup made before the change, for the record. */
  readonly backupFile?: string | undefined;
  readonly lockTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** Another run did all that was due, between the plan and the upgrade lock. */
export class NothingDue extends Error {
  override readonly name = 'NothingDue';
}

/**
 * How it stands with the enum labels that a plan brings: none are due any more; the run goes on without them, and rolls back; or they are committed
 * by this function as soon as all else has passed.
 */
export type Labels = 'there' | 'left out' | (() => Promise<void>);
