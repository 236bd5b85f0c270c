import { join } from 'node:path';
import { UpgradeError } from '../../errors/error.js';
import type { Surroundings } from '../../machine/surroundings.js';
import type { EngineAddress } from '../engine-address.js';
import { parseEngineUrl } from './address.js';
import { configFolder } from './config.js';
import { readTls } from './tls.js';

/**
 * The engine that DOCKER_HOST names, or undefined when it is unset or empty. DOCKER_TLS_VERIFY (any text but the
 * empty one) asks for checked TLS, DOCKER_TLS for unchecked; DOCKER_CERT_PATH says where the certificates are,
 * as in https://docs.docker.com/reference/cli/docker/#environment-variables.
 * @throws {UpgradeError} YF203 when the address cannot be read, YF207 when a certificate cannot
 */
export function environmentEngine(from: Surroundings): EngineAddress | undefined {
  const url = from.env['DOCKER_HOST']?.trim();
  return url ? urlEngine(url, 'DOCKER_HOST', from) : undefined;
}

/**
 * The engine at an address, with the TLS that the environment asks for.
 * @param source what names the address
 * @throws {UpgradeError} YF203, YF207
 */
export function urlEngine(url: string, source: string, from: Surroundings): EngineAddress {
  const verify = Boolean(from.env['DOCKER_TLS_VERIFY']);
  const wantsTls = verify || Boolean(from.env['DOCKER_TLS']);
  if (!wantsTls || /^(unix|npipe|ssh):/.test(url)) return parseEngineUrl(url, source);

  const folder = from.env['DOCKER_CERT_PATH'] || configFolder(from);
  const tls = readTls(folder, verify, from);
  if (verify && tls.ca === undefined) {
    throw new UpgradeError({
      code: 'YF207',
      message: 'DOCKER_TLS_VERIFY is set, and there is no certificate to check the engine against.',
      found: [`${join(folder, 'ca.pem')} is not there`],
      remedy: 'Set DOCKER_CERT_PATH to the folder with ca.pem, cert.pem and key.pem.',
    });
  }
  return parseEngineUrl(url, source, tls);
}
