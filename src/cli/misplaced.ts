import { refuseBoth } from '../detect/refuse-both.js';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { own } from '../errors/remedy.js';
import { holdsCredentials } from '../redaction/slips.js';
import type { CommandDefinition } from './definitions.js';
import type { Given } from './settings.js';

/**
 * Refuses a connection string where a name, a folder or a file is meant: it would be looked for, created or repeated, password and all.
 * @throws {UpgradeError} YF101
 */
export function refuseMisplaced(
  { name, argument, options }: CommandDefinition,
  settings: Given,
  given: string | undefined,
): void {
  const values = settings as unknown as Readonly<Record<string, unknown>>;
  const options_ = options.map((option): [string, unknown] => [
    option.long ?? option.flags,
    values[option.attributeName()],
  ]);
  for (const [where, value] of [...options_, [argument?.flags ?? '', given] as const]) {
    if (where === '--database-url' || typeof value !== 'string' || !holdsCredentials(value)) continue;
    // A user belongs into it, and a password does not.
    if (where === '--engine' && /^ssh:\/\/[^\s/:@]+@[^\s@]*$/i.test(value)) continue;
    throw new UpgradeError({
      code: 'YF101',
      exitCode: ExitCode.usage,
      message: `What was given as ${where} is a connection string, or holds a password.`,
      remedy: ['A connection string belongs to --database-url. Run: ', own(name, '--help')],
    });
  }
}

/**
 * Refuses two options that name two databases before anything is asked or advised: the advice would repeat them.
 * @throws {UpgradeError} YF103
 */
export function refuseExclusive({
  container,
  databaseUrl,
  databaseUrlFile,
  engine,
  kube,
  database,
  user,
  port,
}: Partial<Given>): void {
  refuseBoth({
    '--container': container,
    '--database-url': databaseUrl,
    '--database-url-file': databaseUrlFile,
    '--engine': engine,
    '--kube': kube,
    '--database': database,
    '--user': user,
    '--port': port,
  });
}
