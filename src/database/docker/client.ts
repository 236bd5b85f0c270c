import { Agent } from 'node:https';
import type Dockerode from 'dockerode';
import { UpgradeError } from '../../errors/error.js';
import { realSurroundings } from '../../machine/surroundings.js';
import type { EngineAddress } from '../engine-address.js';
import { engineFailure } from './failure.js';
import { ENGINE_MS, limitRequests } from './limit.js';

/** Milliseconds for the engine's first answer. A dead socket must not hold the search up. */
const pingTimeout = 2000;
/** Milliseconds for each answer over ssh, which has a handshake and a key exchange to do first. */
const sshTimeout = 10_000;

/**
 * Connects to an engine and makes sure that it answers.
 * @param timeout milliseconds for the first answer; each later one has {@link ENGINE_MS}, or more over ssh
 * @throws {UpgradeError} YF203 when nothing answers, YF210 when access is refused, YF211 when TLS fails;
 *   `found[0]` is the reason in a few words
 */
export async function openEngine(
  address: EngineAddress,
  timeout = address.kind === 'ssh' ? sshTimeout : pingTimeout,
): Promise<Dockerode> {
  try {
    const { default: Docker } = await import('dockerode');
    const docker = new Docker(clientOptions(address));
    limitRequests(docker, address.kind === 'ssh' ? sshTimeout : ENGINE_MS);
    await answered(docker, timeout);
    return docker;
  } catch (cause) {
    throw engineError(cause, address);
  }
}

/** What a failed request to an engine means to the user; keeps an error that is coded already. */
export function engineError(cause: unknown, address: EngineAddress): UpgradeError {
  if (cause instanceof UpgradeError) return cause;
  const failure = engineFailure(cause, address);
  return new UpgradeError({
    code: failure.code,
    message: `The Docker engine at ${address.url} (${address.source}) cannot be used.`,
    found: [failure.reason],
    remedy: failure.remedy,
    cause,
  });
}

async function answered(docker: Dockerode, timeout: number): Promise<void> {
  const signal = AbortSignal.timeout(timeout);
  // Aborting does not always end an ssh handshake, hence the race as well.
  await Promise.race([
    (docker.ping as (options: { abortSignal: AbortSignal }) => Promise<unknown>).call(docker, { abortSignal: signal }),
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
  ]);
}

/**
 * dockerode's options for an address. Every field is given, even as undefined: docker-modem fills in what is
 * absent from its own reading of DOCKER_HOST, which knows nothing of contexts.
 */
export function clientOptions(address: EngineAddress): Dockerode.DockerOptions {
  const none = {
    host: undefined,
    port: undefined,
    username: undefined,
    ca: undefined,
    cert: undefined,
    key: undefined,
    timeout: undefined,
  };
  if (address.kind === 'unix' || address.kind === 'npipe') {
    return { ...none, socketPath: address.socketPath, protocol: 'http' };
  }
  const network = { ...none, socketPath: undefined, host: address.host, port: address.port };
  if (address.kind === 'ssh') {
    // Like ssh itself: without a user in the address, the one who is logged in here.
    const username = address.username ?? realSurroundings().userName;
    const agent = process.env['SSH_AUTH_SOCK'];
    // docker-modem makes a URL of the host that Node warns of (DEP0170), unless it has a scheme; ssh2 takes `hostname` before that.
    const sshOptions = { hostname: address.host, ...(agent ? { agent } : {}) };
    return {
      ...network,
      host: `ssh://${address.host?.includes(':') ? `[${address.host}]` : address.host}`,
      protocol: 'ssh',
      username,
      sshOptions,
    };
  }
  if (address.tls === undefined) return { ...network, protocol: 'http' };
  // docker-modem hands no `rejectUnauthorized` on; an agent of our own does.
  const options = { ...network, protocol: 'https' as const, agent: new Agent({ ...address.tls }) };
  return options;
}
