import type { ErrorCode } from '../errors/codes.js';

/** Something worth saying about a database. None of them stops an upgrade; refusals are errors of `preflight.ts`. */
export interface Finding {
  readonly code: ErrorCode;
  readonly title: string;
  readonly remedy: string;
  /** The object that it is about, where the code says the same of others. */
  readonly subject?: string;
}
