import type { ErrorCode } from '../../errors/codes.js';

/** Why an engine could not be used: a reason that fits into a list, and what to do about it. */
export interface EngineFailure {
  readonly code: ErrorCode;
  readonly reason: string;
  readonly remedy: string;
}
