import { join } from 'node:path';
import { UpgradeError } from '../../errors/error.js';
import type { Surroundings } from '../../machine/surroundings.js';
import { parseEngineUrl } from '../docker/address.js';
import type { EngineAddress } from '../engine-address.js';

/**
 * The engine that CONTAINER_HOST or CONTAINER_CONNECTION names, as podman(1) has them; undefined where neither is set.
 * @throws {UpgradeError} YF203 for an address that cannot be read, or a connection that podman does not know
 */
export function podmanEnvironment(from: Surroundings): EngineAddress | undefined {
  const url = from.env['CONTAINER_HOST']?.trim();
  const key = from.env['CONTAINER_SSHKEY']?.trim();
  if (url) return withKey(parseEngineUrl(url, 'CONTAINER_HOST'), key);
  const name = from.env['CONTAINER_CONNECTION']?.trim();
  if (!name) return undefined;
  const source = `the connection "${name}" (CONTAINER_CONNECTION)`;
  const connection = connections(from).get(name);
  if (connection === undefined) {
    throw new UpgradeError({
      code: 'YF203',
      message: `Podman's connection ${JSON.stringify(name)} (CONTAINER_CONNECTION) is not known.`,
      found: ['neither podman-connections.json nor containers.conf has it'],
      remedy: 'See those that there are: podman system connection list',
    });
  }
  return withKey(parseEngineUrl(connection.uri, source), key || connection.identity);
}

function withKey(address: EngineAddress, identity: string | undefined): EngineAddress {
  return { ...address, program: 'podman', ...(identity && address.kind === 'ssh' && { identity }) };
}

interface Connection {
  readonly uri: string;
  readonly identity?: string;
}

/** Podman's connections: from version 5 on in a file of their own (JSON), before in containers.conf (TOML). */
function connections(from: Surroundings): Map<string, Connection> {
  const folder = join(from.env['XDG_CONFIG_HOME'] || join(from.home, '.config'), 'containers');
  const files = {
    json: from.env['PODMAN_CONNECTIONS_CONF'] || join(folder, 'podman-connections.json'),
    toml: from.env['CONTAINERS_CONF'] || join(folder, 'containers.conf'),
  };
  return new Map([...fromToml(read(files.toml, from)), ...fromJson(read(files.json, from))]);
}

function read(path: string, from: Surroundings): string {
  try {
    return from.exists(path) ? from.readText(path) : '';
  } catch {
    return '';
  }
}

/** Pure. */
export function fromJson(text: string): [string, Connection][] {
  try {
    const { Connection: all } = JSON.parse(text) as {
      Connection?: { Connections?: Record<string, { URI?: unknown; Identity?: unknown }> };
    };
    return Object.entries(all?.Connections ?? {}).flatMap(([name, { URI, Identity }]) =>
      typeof URI === 'string' ? [[name, connection(URI, typeof Identity === 'string' ? Identity : undefined)]] : [],
    );
  } catch {
    return [];
  }
}

/** Takes `[engine.service_destinations.NAME]` out of containers.conf, as `podman system connection add` writes it. Pure. */
export function fromToml(text: string): [string, Connection][] {
  return text.split(/^(?=\s*\[)/m).flatMap((section): [string, Connection][] => {
    const [, quoted, plain] = /^\s*\[engine\.service_destinations\.(?:"([^"]+)"|([^\]"]+))\]/.exec(section) ?? [];
    const name = quoted ?? plain?.trim();
    const value = (key: string) => new RegExp(`^\\s*${key}\\s*=\\s*["']([^"']*)["']`, 'm').exec(section)?.[1];
    const uri = value('uri');
    return name === undefined || uri === undefined ? [] : [[name, connection(uri, value('identity'))]];
  });
}

function connection(uri: string, identity: string | undefined): Connection {
  return { uri, ...(identity ? { identity } : {}) };
}
