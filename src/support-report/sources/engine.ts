import type { Redactor } from '../redaction/redactor.js';
import type { OpenDocker } from './docker.js';

/**
 * The Docker engine. Source of the fields: Docker Engine API, "Get version" and "Get system information".
 * @throws the engine's own error
 */
export async function engineFacts({ docker, engine }: OpenDocker, redactor: Redactor) {
  const [version, info] = (await Promise.all([docker.version(), docker.info()])) as Record<string, unknown>[];
  const text = (...values: unknown[]) => redactor.text(values.filter(Boolean).join(' ') || 'unknown');
  return {
    address: redactor.text(engine.url),
    source: redactor.text(engine.source),
    version: text(version?.['Version']),
    api: text(version?.['ApiVersion']),
    platform: text(version?.['Os'], version?.['Arch'], version?.['KernelVersion']),
    system: text(info?.['OperatingSystem']),
    storage: text(info?.['Driver']),
    processors: Number(info?.['NCPU'] ?? 0),
    memoryBytes: Number(info?.['MemTotal'] ?? 0),
  };
}
