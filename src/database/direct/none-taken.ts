import { UpgradeError } from '../../errors/error.js';
import { own } from '../../errors/remedy.js';
import type { DirectTarget } from '../target.js';

/** One server, or one of its addresses, that did not do. */
export interface Tried {
  /** As the connection names it. */
  readonly where: string;
  /** `unfit`: it is not what target_session_attrs asks for. */
  readonly cause: 'silent' | 'not-ready' | 'unfit';
  readonly reason: string;
}

/** Each with its reason, once. */
export function triedLines(tried: readonly Tried[]): string[] {
  return [...new Set(tried.map(({ where, reason }) => (reason.startsWith(where) ? reason : `${where}: ${reason}`)))];
}

/** Why none of the servers of a connection is taken: the code is that of what says most. */
export function noneTaken({ source, sessionAttributes = 'any' }: DirectTarget, tried: readonly Tried[]): UpgradeError {
  const found = triedLines(tried);
  const has = (cause: Tried['cause']) => tried.some((one) => one.cause === cause);
  if (has('unfit')) {
    return new UpgradeError({
      code: 'YF232',
      message: `No server of the connection in ${source} is what target_session_attrs=${sessionAttributes} asks for.`,
      found,
      remedy: ['Start the server that is missing, or correct target_session_attrs, then run: ', own('status')],
    });
  }
  if (has('not-ready')) {
    return new UpgradeError({
      code: 'YF215',
      message: `No server of the connection in ${source} takes connections now.`,
      found,
      remedy: ['Wait until one of them is ready, then run: ', own('status')],
    });
  }
  return new UpgradeError({
    code: 'YF204',
    message: `No server of the connection in ${source} answers.`,
    found,
    remedy: ['Check that one of them runs and that hosts and ports are right, then run: ', own('status')],
  });
}
