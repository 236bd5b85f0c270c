import { findRelease } from '../../src/releases/registry.js';
import type { Release } from '../../src/releases/release.js';

/** @throws {Error} where the registry does not have it */
export function releaseCalled(version: string): Release {
  const found = findRelease(version);
  if (found === undefined) throw new Error(`the registry has no release ${version}`);
  return found;
}

/**
 * The release that tests of the engine upgrade to and roll back from. It has steps of all kinds: labels, defects, undos. A later release
 * changes nothing for them; the tests that iterate over the cases go to the newest one.
 */
export const engineRelease = releaseCalled('1.4.0');
