import { UpgradeError } from '../errors/error.js';

/** Options that name a database, or where it is, and refuse each other. */
export const exclusive = [
  ['--container', '--database-url'],
  ['--container', '--database-url-file'],
  ['--database-url', '--database-url-file'],
  ['--engine', '--database-url'],
  ['--engine', '--database-url-file'],
  ['--kube', '--database-url'],
  ['--kube', '--database-url-file'],
  ['--kube', '--container'],
  ['--kube', '--engine'],
  ['--database', '--database-url'],
  ['--database', '--database-url-file'],
  ['--user', '--database-url'],
  ['--user', '--database-url-file'],
  ['--port', '--database-url'],
  ['--port', '--database-url-file'],
] as const;

/**
 * @param given each option with what was given for it
 * @throws {UpgradeError} YF103 where two options name two databases
 */
export function refuseBoth(given: Partial<Record<(typeof exclusive)[number][number], string | undefined>>): void {
  for (const [one, other] of exclusive) {
    if (given[one] === undefined || given[other] === undefined) continue;
    throw new UpgradeError({
      code: 'YF103',
      message: `${one} and ${other} exclude each other.`,
      remedy: 'Give the one that names the database to upgrade.',
    });
  }
}
