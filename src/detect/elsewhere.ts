import { join } from 'node:path';
import { configFolder, readJson } from '../database/docker/config.js';
import { contextEngine } from '../database/docker/context.js';
import { podmanCommand, usualPodman } from '../database/podman/command.js';
import { within } from '../database/reachable.js';
import type { EngineAddress } from '../database/engine-address.js';
import type { Attempt } from '../database/target.js';
import type { Surroundings } from '../machine/surroundings.js';
import { postgresContainers } from './container.js';
import { tryToOpen } from './engines.js';

/** How long, in ms, the look at engines may take that nobody meant. */
const LOOK_MS = 2000;

/**
 * Engines beside the ones that were meant, and what is on them: other contexts, and a Podman without its service. They are looked at and
 * named, never taken. One on another machine is named only.
 * @param asked those that were asked already
 */
export async function elsewhere(from: Surroundings, asked: readonly EngineAddress[]): Promise<Attempt[]> {
  const isNew = ({ url }: EngineAddress) => !asked.some((one) => one.url === url);
  const contexts = otherContexts(from).filter(({ address }) => isNew(address));
  const podman = (usualPodman(from).length > 0 ? [podmanCommand('its containers')] : []).filter(isNew);
  return Promise.all([
    ...contexts.map(async ({ name, address }) => ({
      tried: `Docker context ${JSON.stringify(name)} (${address.url}), which is not the one in use`,
      failed: `${await seen(address)}; to look there: --engine ${name}`,
    })),
    ...podman.map(async (address) => ({
      tried: 'Podman without its service, which is not the engine in use',
      failed: `${await seen(address)}; to look there: --engine podman`,
    })),
  ]);
}

async function seen(address: EngineAddress): Promise<string> {
  if (address.kind === 'ssh' || address.kind === 'tcp') return 'it is on another machine, and was not asked';
  const look = async () => {
    const { host, failed } = await tryToOpen(address);
    if (host === undefined) return failed?.found.join(' ') ?? 'it does not answer';
    const [looking, all] = await Promise.all([postgresContainers(host), host.list({ all: true })]);
    const own = all.flatMap(({ Names }) => Names.map((name) => name.replace(/^\//, ''))).filter(isOwnName);
    const names = [...own, ...looking.filter((name) => !own.some((one) => name.startsWith(one)))];
    return names.length === 0 ? 'no running container there looks like PostgreSQL' : `there is ${names.join(', ')}`;
  };
  return within(LOOK_MS, look()).catch(() => 'no answer in time');
}

const isOwnName = (name: string) => /yokeflow|autonomous_coding/.test(name);

/** Every context of the docker command's that can be read, beside the default one. */
function otherContexts(from: Surroundings): { name: string; address: EngineAddress }[] {
  const folder = join(configFolder(from), 'contexts', 'meta');
  return from.list(folder).flatMap((digest) => {
    try {
      const { Name } = readJson(join(folder, digest, 'meta.json'), from) as { Name?: unknown };
      return typeof Name === 'string' && /^[\w.+-]+$/.test(Name)
        ? [{ name: Name, address: contextEngine(Name, 'not in use', from) }]
        : [];
    } catch {
      return [];
    }
  });
}
