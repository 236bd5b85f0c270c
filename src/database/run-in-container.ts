import { outputOf, type ProgramOutput } from './container/output-of.js';
import { FIND_SERVER, portOf } from './password-in-container.js';
import type { DockerTarget } from './target.js';

/**
 * Runs a short script in a target's container, with libpq's variables set as for its sessions.
 * @param milliseconds for all of it
 * @throws the engine's own error, or that it took too long
 */
export async function runInContainer(
  target: DockerTarget,
  script: string,
  args: readonly string[],
  milliseconds: number,
): Promise<ProgramOutput> {
  const { openHost } = await import('./container/open.js');
  const host = await openHost(target.engine);
  const env = { LC_ALL: '', LC_MESSAGES: 'C', LANGUAGE: 'C', PGUSER: target.user, PGDATABASE: target.database };
  return outputOf(
    host,
    target.containerId,
    {
      args: ['sh', '-c', `${FIND_SERVER}\n${script}`, 'sh', ...args],
      env: { ...env, PGCONNECT_TIMEOUT: '2', ...portOf(target) },
      ...(target.account !== undefined && { account: target.account }),
    },
    milliseconds,
  );
}
