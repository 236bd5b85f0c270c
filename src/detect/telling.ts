import type { ErrorCode } from '../errors/codes.js';
import type { UpgradeError } from '../errors/error.js';

/** Why a place that was looked in gave nothing. */
export interface Failure {
  readonly error: UpgradeError;
  /** Whether the user said that it is this one: an option, or a context. */
  readonly isNamed: boolean;
}

/**
 * What says most of why a search found nothing, first: what somebody has to decide with care, then what is there and refuses, then what was
 * named and is not there. A code that is not in it says no more than that nothing was found.
 */
export const tellingOrder: readonly ErrorCode[] = [
  'YF242',
  'YF241',
  'YF243',
  'YF210',
  'YF211',
  'YF207',
  'YF247',
  'YF246',
  'YF245',
  'YF244',
  'YF249',
  'YF203',
];

/** Codes that say something only of a place that the user named, or that takes a connection and is then silent. */
const ofNamedOnly: ReadonlySet<ErrorCode> = new Set(['YF203', 'YF244', 'YF249']);
const silent = /no answer in time|does not answer/;

/** The failure that decides code and remedy of a search that found nothing; undefined where none says more than that. Pure. */
export function mostTelling(failures: readonly Failure[]): UpgradeError | undefined {
  const rank = ({ error, isNamed }: Failure) =>
    ofNamedOnly.has(error.code) && !isNamed && !error.found.some((line) => silent.test(line))
      ? -1
      : tellingOrder.indexOf(error.code);
  return failures.filter((one) => rank(one) !== -1).sort((a, b) => rank(a) - rank(b))[0]?.error;
}
