import { UpgradeError } from '../errors/error.js';
import type { SilentWhileLooking } from './session.js';

/** YF223: the login came about, and then nothing more. */
export function stoppedAnswering(cause: SilentWhileLooking): UpgradeError {
  return new UpgradeError({
    code: 'YF223',
    message: 'The PostgreSQL server let this program in and then stopped answering.',
    found: cause.message.split('\n'),
    remedy:
      'See that the server goes on (a paused container, a stopped process, a cut network, a full disk). Then run the same command again.',
    cause,
  });
}
