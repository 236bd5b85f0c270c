import { join } from 'node:path';
import { UpgradeError } from '../../errors/error.js';
import { fileFailure, type Surroundings } from '../../machine/surroundings.js';
import type { EngineAddress } from '../engine-address.js';

/**
 * Reads ca.pem, cert.pem and key.pem from a folder; those that are absent stay out.
 * @param verify whether the engine's certificate is checked
 * @throws {UpgradeError} YF207 when a file is there and cannot be read
 */
export function readTls(folder: string, verify: boolean, from: Surroundings): NonNullable<EngineAddress['tls']> {
  const ca = readPem(join(folder, 'ca.pem'), from);
  const cert = readPem(join(folder, 'cert.pem'), from);
  const key = readPem(join(folder, 'key.pem'), from);
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    rejectUnauthorized: verify,
  };
}

function readPem(path: string, from: Surroundings): string | undefined {
  if (!from.exists(path)) return undefined;
  try {
    return from.readText(path);
  } catch (cause) {
    throw new UpgradeError({
      code: 'YF207',
      message: `The certificate file ${path} cannot be read.`,
      found: [fileFailure(cause)],
      remedy: 'Make the file readable for this user, or reach the database with --database-url URL.',
      cause,
    });
  }
}
