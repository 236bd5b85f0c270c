import { UpgradeError } from '../../errors/error.js';
import { engineName, type EngineAddress } from '../engine-address.js';
import { engineFailure } from './failure.js';

/** What a failed request to an engine means to the user; keeps an error that is coded already. */
export function engineError(cause: unknown, address: EngineAddress): UpgradeError {
  if (cause instanceof UpgradeError) return cause;
  const failure = engineFailure(cause, address);
  const name = engineName(address);
  return new UpgradeError({
    code: failure.code,
    message: `${name.charAt(0).toUpperCase()}${name.slice(1)} cannot be used.`,
    found: [failure.reason],
    remedy: failure.remedy,
    cause,
  });
}
