import type { ContainerHost } from '../../database/container/host.js';
import { engineName } from '../../database/engine-address.js';
import { within } from '../../database/reachable.js';
import { otherContexts } from '../../detect/elsewhere.js';
import { openEngines } from '../../detect/engines.js';
import { UpgradeError } from '../../errors/error.js';
import type { Surroundings } from '../../machine/surroundings.js';
import type { FindOptions } from '../options.js';
import { tried, type Tried } from './tried.js';

/** How long, in ms, the engines are asked for their versions. */
const ASK_MS = 4000;

/**
 * The engines that answer, each with its version, and the contexts that are not in use. Engines that do not answer are among the attempts of
 * the search, and so are those contexts where nothing was found.
 */
export async function enginesTried(
  { engine, kube, databaseUrl, databaseUrlFile }: FindOptions,
  from: Surroundings,
): Promise<Tried[]> {
  // Whoever names a connection means no engine.
  if (databaseUrl !== undefined || databaseUrlFile !== undefined) return [];
  const ask = async () => {
    const { open } = await openEngines(from, { engine, kube });
    const others = otherContexts(from).filter(({ address }) => !open.some((one) => one.address.url === address.url));
    return [
      ...(await Promise.all(open.map(versionOf))),
      ...others.map(({ name, address }) =>
        tried(
          'engine',
          `Docker context ${name} (${address.url})`,
          false,
          `it is not the one in use; to look there: --engine ${name}`,
        ),
      ),
    ];
  };
  // What the search says of a failure is enough.
  return within(ASK_MS, ask()).catch((error: unknown) => {
    if (error instanceof UpgradeError || (error instanceof Error && error.message === 'no answer in time')) return [];
    throw error;
  });
}

async function versionOf(host: ContainerHost): Promise<Tried> {
  const { version, api, system } = await host.describe().catch(() => ({ version: '', api: '', system: '' }));
  const known = [version && `version ${version}`, api && `API ${api}`, system].filter(Boolean).join(', ');
  return tried('engine', engineName(host.address), true, known || 'it answers');
}
