import type { ErrorCode } from '../../errors/codes.js';
import type { EngineAddress } from '../engine-address.js';
import { denialOf } from './denied.js';

/** Why an engine could not be used: a reason that fits into a list, and what to do about it. */
export interface EngineFailure {
  readonly code: Extract<ErrorCode, 'YF203' | 'YF210' | 'YF211'>;
  readonly reason: string;
  readonly remedy: string;
}

/** Codes and words by which Node's TLS layer says that the two sides did not agree. */
const tlsCode = /^(ERR_SSL|ERR_TLS|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ERR_OSSL)/;

/**
 * Turns what a request to an engine failed with into a reason and a remedy.
 * @param error what Node, ssh2 or dockerode threw
 */
export function engineFailure(error: unknown, address: EngineAddress): EngineFailure {
  const { code, statusCode, name, message, path } = error as NodeJS.ErrnoException & { statusCode?: number };
  const start = 'Start Docker, or name another engine with DOCKER_HOST or `docker context use NAME`.';
  const silent = (reason: string, remedy = start): EngineFailure => ({ code: 'YF203', reason, remedy });

  if (statusCode === 401 || statusCode === 403) {
    return { code: 'YF210', ...denialOf(error as { statusCode?: number; json?: unknown }) };
  }
  if (statusCode === 400 && /HTTPS server/i.test(message)) return tls('the engine speaks TLS and was asked without');
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
  if (code !== undefined && tlsCode.test(code)) return tls(`TLS failed (${code})`);
  if (code === 'ECONNRESET' || code === 'HPE_INVALID_CONSTANT') {
    return address.kind === 'tcp' && address.tls === undefined
      ? tls('the connection was closed without an answer; the engine may want TLS')
      : silent('the connection was closed without an answer');
  }
  if (address.kind === 'ssh') {
    return silent(
      `ssh: ${message}`,
      'Add the key to ssh-agent (`ssh-add`); ~/.ssh/config is not read, so name user, host and port in the address.',
    );
  }
  return silent(code ?? message);
}

function tls(reason: string): EngineFailure {
  return {
    code: 'YF211',
    reason,
    remedy: 'Check DOCKER_TLS_VERIFY and DOCKER_CERT_PATH, or the certificates of the Docker context.',
  };
}
