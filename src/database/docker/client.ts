import { Agent } from 'node:https';
import type Dockerode from 'dockerode';
import type { EngineAddress } from '../engine-address.js';
import { sshAgent } from '../ssh/agent.js';
import { withoutEnvironment } from './without-environment.js';
import { engineError } from './error.js';
import { ENGINE_MS, limitRequests } from './limit.js';

/** Milliseconds for the engine's first answer. A dead socket must not hold the search up. */
const pingTimeout = 2000;
/** Milliseconds for each answer over ssh, which has a handshake and a key exchange to do first; its own limit is shorter, and better put. */
const sshTimeout = 10_000;

/**
 * Connects to an engine and makes sure that it answers.
 * @param timeout milliseconds for the first answer; each later one has {@link ENGINE_MS}, or more over ssh
 * @throws {UpgradeError} YF203 when nothing answers, YF210 when access is refused, YF211 when TLS fails, YF241–YF249 where ssh does not connect;
 *   `found[0]` is the reason in a few words
 */
export async function openEngine(
  address: EngineAddress,
  timeout = address.kind === 'ssh' ? sshTimeout : pingTimeout,
): Promise<Dockerode> {
  try {
    const { default: Docker } = await import('dockerode');
    const docker = withoutEnvironment(() => new Docker(clientOptions(address)));
    limitRequests(docker, address.kind === 'ssh' ? sshTimeout : ENGINE_MS);
    await answered(docker, timeout);
    return docker;
  } catch (cause) {
    throw engineError(cause, address);
  }
}

async function answered(docker: Dockerode, timeout: number): Promise<void> {
  const signal = AbortSignal.timeout(timeout);
  // Aborting does not end a connection that is being made over ssh, hence the race as well.
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
  if (address.kind === 'ssh') {
    // The agent decides where to connect.
    const options = {
      ...none,
      socketPath: undefined,
      protocol: 'http' as const,
      host: 'docker',
      agent: sshAgent(address),
    };
    return options;
  }
  const network = { ...none, socketPath: undefined, host: address.host, port: address.port };
  if (address.tls === undefined) return { ...network, protocol: 'http' };
  // docker-modem hands no `rejectUnauthorized` on; an agent of our own does.
  const options = { ...network, protocol: 'https' as const, agent: new Agent({ ...address.tls }) };
  return options;
}
