import { findRelease, stepsTo } from '../../src/releases/registry.js';
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

/** How many checks and probes the releases up to `engineRelease` have, or one part of YokeFlow of them. */
export function checkCount(system?: string): number {
  const steps = stepsTo(engineRelease).filter((step) => system === undefined || step.system === system);
  return steps.reduce((sum, { checks, probes }) => sum + checks.length + probes.length, 0);
}
