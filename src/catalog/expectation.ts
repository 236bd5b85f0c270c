import type { ErrorCode } from '../errors/codes.js';

/** One thing that the catalog must say, or must not. */
export type Expectation = {
  /**
   * Whether it tells that the step ran. An enum label does not: PostgreSQL cannot drop one, so it
   * outlives a roll-back of everything else.
   */
  readonly evidence: boolean;
  /** The finding to report where it does not hold although the object around it is there. */
  readonly defect?: ErrorCode;
} & (
  | { readonly kind: 'has'; readonly key: string; readonly definition: string; readonly accepts?: RegExp }
  | { readonly kind: 'lacks'; readonly key: string }
  | {
      readonly kind: 'body';
      readonly function: string;
      /** What the function's source must not contain … */
      readonly forbids: RegExp;
      /** … unless the catalog has this object. */
      readonly unless?: string;
      readonly because: string;
    }
);

/** One line with a tick or a cross: expectations that belong together. */
export interface CatalogCheck {
  readonly id: string;
  readonly title: string;
  readonly expectations: readonly Expectation[];
}
