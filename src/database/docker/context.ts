import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { UpgradeError } from '../../errors/error.js';
import type { Surroundings } from '../../machine/surroundings.js';
import type { EngineAddress } from '../engine-address.js';
import { parseEngineUrl } from './address.js';
import { configFolder, readJson } from './config.js';
import { readTls } from './tls.js';

interface ContextMeta {
  Endpoints?: { docker?: { Host?: string; SkipTLSVerify?: boolean } };
}

/**
 * The engine of a docker context. The docker command stores a context under the SHA-256 of its name: the address
 * in `contexts/meta/<digest>/meta.json`, certificates in `contexts/tls/<digest>/docker/`.
 * @param chosenBy what named the context: `DOCKER_CONTEXT`, `~/.docker/config.json`
 * @throws {UpgradeError} YF203 when the context is missing or names no engine, YF207 for an unreadable certificate
 */
export function contextEngine(name: string, chosenBy: string, from: Surroundings): EngineAddress {
  const source = `context "${name}" (${chosenBy})`;
  if (name === 'default') {
    return parseEngineUrl(from.platform === 'win32' ? 'npipe://' : 'unix://', source);
  }
  const digest = createHash('sha256').update(name).digest('hex');
  const metaFile = join(configFolder(from), 'contexts', 'meta', digest, 'meta.json');
  if (!from.exists(metaFile)) throw unusable(source, 'there is no such context');

  let docker: NonNullable<ContextMeta['Endpoints']>['docker'];
  try {
    docker = (readJson(metaFile, from) as ContextMeta | null)?.Endpoints?.docker;
  } catch (cause) {
    throw unusable(source, (cause as Error).message);
  }
  if (!docker?.Host) throw unusable(source, 'it names no Docker engine');

  const tlsFolder = join(configFolder(from), 'contexts', 'tls', digest, 'docker');
  const skipVerify = docker.SkipTLSVerify === true;
  const tls = from.exists(tlsFolder) || skipVerify ? readTls(tlsFolder, !skipVerify, from) : undefined;
  return parseEngineUrl(docker.Host, source, tls);
}

function unusable(source: string, why: string): UpgradeError {
  return new UpgradeError({
    code: 'YF203',
    message: `The Docker ${source} cannot be used.`,
    found: [why],
    remedy: 'Run `docker context ls` and choose one with `docker context use NAME`, or set DOCKER_HOST.',
  });
}
