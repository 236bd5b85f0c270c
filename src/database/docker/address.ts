import { UpgradeError } from '../../errors/error.js';
import type { EngineAddress } from '../engine-address.js';

/** Docker's own defaults: https://docs.docker.com/reference/cli/dockerd/#daemon-socket-option */
const defaultSocket = '/var/run/docker.sock';
const defaultPipe = '//./pipe/docker_engine';
const plainPort = 2375;
const tlsPort = 2376;

/**
 * Reads an engine's address as the `docker` command accepts it: `unix://`, `npipe://`, `tcp://`, `http(s)://`,
 * `ssh://`, or a bare `host:port`.
 * @param source where the address came from, in words, for messages
 * @param tls    TLS material for a network address; ignored for sockets, pipes and ssh
 * @throws {UpgradeError} YF203 when the address cannot be read
 */
export function parseEngineUrl(url: string, source: string, tls?: EngineAddress['tls']): EngineAddress {
  if (url.startsWith('unix://')) {
    const socketPath = url.slice('unix://'.length) || defaultSocket;
    return { source, kind: 'unix', url: `unix://${socketPath}`, socketPath };
  }
  if (url.startsWith('npipe://')) {
    const socketPath = url.slice('npipe://'.length).replaceAll('\\', '/') || defaultPipe;
    return { source, kind: 'npipe', url: `npipe://${socketPath}`, socketPath };
  }
  return networkAddress(url, source, tls);
}

function networkAddress(url: string, source: string, tls: EngineAddress['tls']): EngineAddress {
  const [, scheme = 'tcp', rest = ''] = /^(?:([a-z]+):\/\/)?(.*)$/i.exec(url) ?? [];
  if (!['tcp', 'http', 'https', 'ssh'].includes(scheme))
    throw unreadable(source, `the scheme ${scheme}:// is not known`);
  let parsed: URL;
  try {
    // "tcp" is not a scheme with an authority of its own rules, so host names keep their letters as written.
    parsed = new URL(`tcp://${rest || 'localhost'}`);
  } catch {
    throw unreadable(source, 'it is not an address like unix:///var/run/docker.sock or tcp://host:2376');
  }
  const path = parsed.pathname.length > 1 ? decodeURIComponent(parsed.pathname) : undefined;
  if (path !== undefined && scheme !== 'ssh') throw unreadable(source, 'an address with a path is not supported');
  if (parsed.password !== '') throw unreadable(source, 'a password in the address is not supported');
  const host = parsed.hostname.replace(/^\[(.+)\]$/, '$1') || 'localhost';
  const named = parsed.port === '' ? undefined : Number(parsed.port);
  if (host.startsWith('-')) throw unreadable(source, 'no host begins with a hyphen');
  const username = parsed.username === '' ? undefined : decodeURIComponent(parsed.username);
  const shown = `${username === undefined ? '' : `${username}@`}${host.includes(':') ? `[${host}]` : host}`;

  if (scheme === 'ssh') {
    return {
      source,
      kind: 'ssh',
      url: `ssh://${shown}${named === undefined ? '' : `:${named}`}${path ?? ''}`,
      host,
      ...(named === undefined ? {} : { port: named }),
      ...(path === undefined ? {} : { socketPath: path }),
      ...(username === undefined ? {} : { username }),
    };
  }
  const material = tls ?? (scheme === 'https' ? { rejectUnauthorized: true } : undefined);
  const port = named ?? (material === undefined ? plainPort : tlsPort);
  return {
    source,
    kind: 'tcp',
    url: `${scheme}://${shown}:${port}`,
    host,
    port,
    ...(material === undefined ? {} : { tls: material }),
  };
}

function unreadable(source: string, why: string): UpgradeError {
  return new UpgradeError({
    code: 'YF203',
    message: `The address of the Docker engine in ${source} cannot be read.`,
    found: [why],
    remedy: `Correct ${source}, or reach the database with --database-url URL.`,
  });
}
