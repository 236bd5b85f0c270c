import type { Redactor } from '../redaction/redactor.js';
import type { OpenDocker } from './docker.js';

/**
 * The Docker engine.
 * @throws the engine's own error
 */
export async function engineFacts({ host }: OpenDocker, redactor: Redactor) {
  const { version, api, platform, system, storage, cpus, memoryBytes } = await host.describe();
  const text = (value: string) => redactor.text(value || 'unknown');
  return {
    address: redactor.text(host.address.url),
    source: redactor.text(host.address.source),
    version: text(version),
    api: text(api),
    platform: text(platform),
    system: text(system),
    storage: text(storage),
    processors: cpus,
    memoryBytes,
  };
}
