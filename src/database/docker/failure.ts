import type { EngineAddress } from '../engine-address.js';
import { CommandFailed } from '../container/command/command-failed.js';
import { podmanFailure } from '../container/command/podman-failure.js';
import { kubeFailure } from '../kube/failure.js';
import { sshFailure } from '../ssh/failure.js';
import type { EngineFailure } from './engine-failure.js';
import { denialOf } from './denied.js';

/** Codes and words by which Node's TLS layer says that the two sides did not agree. */
const tlsCode = /^(ERR_SSL|ERR_TLS|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ERR_OSSL)/;

/**
 * Turns what a request to an engine failed with into a reason and a remedy.
 * @param error what Node, dockerode or a command threw
 */
export function engineFailure(error: unknown, address: EngineAddress): EngineFailure {
  const { code, statusCode, name, message, path } = error as NodeJS.ErrnoException & { statusCode?: number };
  if (address.kind === 'kube') return kubeFailure(error as Error, address);
  if (error instanceof CommandFailed)
    return error.program === 'ssh' ? sshFailure(error, address) : podmanFailure(error);
  const start = address.source.startsWith('context ')
    ? 'Start the engine of this context, or take another one: docker context ls, then docker context use NAME.'
    : 'Start Docker, or name another engine: --engine CONTEXT|URL.';
  const silent = (reason: string, remedy = start): EngineFailure => ({ code: 'YF203', reason, remedy });

  if (statusCode === 401 || statusCode === 403) {
    return { code: 'YF210', ...denialOf(error as { statusCode?: number; json?: unknown }) };
  }
  if (statusCode === 400 && /HTTPS server/i.test(message))
    return tls('the engine speaks TLS and was asked without', wantsTls);
  if (statusCode !== undefined)
    return silent(`it answered HTTP ${statusCode}: ${message.replace(/^\(HTTP code \d+\) /, '').trim()}`);
  if (code === 'EACCES' || code === 'EPERM') {
    return {
      code: 'YF210',
      reason: `permission denied on ${address.socketPath ?? address.url}`,
      remedy: 'Run as a user who may use Docker: `sudo usermod -aG docker $USER`, then log in again.',
    };
  }
  if (name === 'AbortError' || name === 'TimeoutError' || code === 'ETIMEDOUT') {
    return silent(
      'no answer in time',
      'See whether it answers: docker version. If it hangs, start it anew (on Linux: systemctl restart docker), then run the same command again.',
    );
  }
  if (code === 'ENOENT') return silent(`${address.socketPath ?? path ?? 'a file'} is not there`);
  if (code === 'ECONNREFUSED') return silent('nothing listens there (connection refused)');
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return silent(`the host ${address.host ?? ''} does not resolve`);
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return silent('no route to the host');
  // In TLS 1.3 the engine refuses a certificate only after the first request, which then fails as any other write.
  if (code === 'EPROTO' && /\balert\b/.test(message))
    return tls('TLS failed: it does not take your certificate', ownCertificate);
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG' || code === 'EPROTO')
    return tls(`TLS failed (${code}): it speaks no TLS`, speaksNone);
  if (code !== undefined && tlsCode.test(code))
    return /ALERT|BAD_CERT/.test(code)
      ? tls(`TLS failed (${code}): it does not take your certificate`, ownCertificate)
      : tls(`TLS failed (${code})`);
  if (address.kind === 'ssh' && (code === 'ECONNRESET' || code === 'EPIPE'))
    return sshFailure(new CommandFailed('ssh', 'open failed'), address);
  if (code === 'ECONNRESET' || code === 'HPE_INVALID_CONSTANT') {
    const closed = 'the connection was closed without an answer';
    if (address.kind !== 'tcp') return silent(closed);
    return address.tls === undefined
      ? tls(`${closed}; the engine may want TLS`, wantsTls)
      : tls(`${closed}; the engine may not take your certificate`, ownCertificate);
  }
  return silent(code ?? message);
}

const wantsTls =
  'Ask it with TLS: set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder with its ca.pem, cert.pem and key.pem.';
const speaksNone =
  'Ask it without TLS: unset DOCKER_TLS_VERIFY and DOCKER_TLS, or correct the port or the scheme of the address.';
const ownCertificate =
  "Put the cert.pem and key.pem that the engine's authority has signed into the folder of DOCKER_CERT_PATH, or into the Docker context.";
const otherAuthority =
  'Put the ca.pem of the authority that signed its certificate into the folder of DOCKER_CERT_PATH, or into the Docker context.';

function tls(reason: string, remedy = otherAuthority): EngineFailure {
  return { code: 'YF211', reason, remedy };
}
