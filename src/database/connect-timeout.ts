import type { DirectTarget, DockerTarget } from './target.js';

/** How long, in s, a connection and its login may take, where connect_timeout or PGCONNECT_TIMEOUT does not say. */
const CONNECT_TIMEOUT_S = 5;

/** How long, in s, a connection and its login may take. In a container the environment of this program says it too. */
export function connectTimeoutSeconds(target: DockerTarget | DirectTarget): number {
  if (target.kind === 'direct') return target.connectTimeoutSeconds ?? CONNECT_TIMEOUT_S;
  const written = process.env['PGCONNECT_TIMEOUT'] ?? '';
  return /^\s*\+?\d{1,6}\s*$/.test(written) && Number(written) > 0 ? Number(written) : CONNECT_TIMEOUT_S;
}
