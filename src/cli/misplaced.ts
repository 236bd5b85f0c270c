import { refuseBoth } from '../detect/refuse-both.js';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { own } from '../errors/remedy.js';
import { holdsCredentials } from '../redaction/slips.js';
import type { CommandName } from '../app/outcome.js';
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

/** What an option would promise that the command does not keep, by command. */
const misleading: Partial<
  Record<CommandName, (given: Given) => readonly [option: string, because: string] | undefined>
> = {
  backup: ({ dryRun, backup }) =>
    dryRun
      ? ['--dry-run', 'it would make the backup all the same']
      : backup === false
        ? ['--no-backup', 'it would make one all the same']
        : undefined,
  rehearse: ({ dryRun }) =>
    dryRun ? ['--dry-run', 'it would make the copy all the same, upgrade it and drop it'] : undefined,
  report: ({ dryRun, out }) =>
    dryRun && out !== undefined && out !== '-' ? ['--dry-run', 'it would write the file all the same'] : undefined,
};

/**
 * Refuses an option without effect that promises that something will not be done which is done.
 * @throws {UpgradeError} YF101
 */
export function refuseMisleading(command: CommandName, given: Given): void {
  const found = misleading[command]?.(given);
  if (found === undefined) return;
  const [option, because] = found;
  throw new UpgradeError({
    code: 'YF101',
    exitCode: ExitCode.usage,
    message: `${command} does not take ${option}: ${because}.`,
    remedy: ['Leave it out. The options that it takes: ', own(command, '--help')],
  });
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
