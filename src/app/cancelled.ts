import { ExitCode, UpgradeError } from '../errors/error.js';

/** The user's own decision not to go on, before anything changed. */
export function cancelled(command?: 'backup' | 'restore' | 'rollback' | 'report'): UpgradeError {
  return new UpgradeError({
    code: 'YF701',
    exitCode: ExitCode.cancelled,
    message: 'Left before anything changed.',
    remedy: `To go on later, run the same ${command === undefined ? '' : `${command} `}command again.`,
  });
}
