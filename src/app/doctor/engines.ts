import { openHost } from '../../database/container/open.js';
import { resolveEngines } from '../../database/docker/resolve.js';
import { within } from '../../database/reachable.js';
import type { Surroundings } from '../../machine/surroundings.js';
import { tried, type Tried } from './tried.js';

/** How long, in ms, an engine is asked for its version. */
const ASK_MS = 3000;

/** The engines that answer, each with its version. Those that do not are among the attempts of the search. */
export async function enginesTried(from: Surroundings): Promise<Tried[]> {
  const { addresses } = resolveEngines(from);
  const all = await Promise.all(
    addresses.map(async (address) => {
      const describe = async () => (await openHost(address)).describe();
      const found = await within(ASK_MS, describe()).catch(() => undefined);
      if (found === undefined) return [];
      const { version, api, system } = found;
      const known = [version && `version ${version}`, api && `API ${api}`, system].filter(Boolean).join(', ');
      return [tried('engine', `engine ${address.url} (${address.source})`, true, known || 'it answers')];
    }),
  );
  return all.flat();
}
