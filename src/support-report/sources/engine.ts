import type { Redactor } from '../redaction/redactor.js';
import type { OpenDocker } from './docker.js';

interface Version {
  Version?: string;
  ApiVersion?: string;
  Os?: string;
  Arch?: string;
  KernelVersion?: string;
}
interface Info {
  OperatingSystem?: string;
  Driver?: string;
  NCPU?: number;
  MemTotal?: number;
}

/**
 * The Docker engine. Source of the fields: Docker Engine API, "Get version" and "Get system information".
 * @throws the engine's own error
 */
export async function engineFacts({ docker, engine }: OpenDocker, redactor: Redactor) {
  const [version, info] = (await Promise.all([docker.version(), docker.info()])) as [Version, Info];
  return {
    address: redactor.text(engine.url),
    source: redactor.text(engine.source),
    version: redactor.text(version.Version ?? 'unknown'),
    api: redactor.text(version.ApiVersion ?? 'unknown'),
    platform: redactor.text(`${version.Os ?? 'unknown'} ${version.Arch ?? ''} ${version.KernelVersion ?? ''}`.trim()),
    system: redactor.text(info.OperatingSystem ?? 'unknown'),
    storage: redactor.text(info.Driver ?? 'unknown'),
    processors: info.NCPU ?? 0,
    memoryBytes: info.MemTotal ?? 0,
  };
}
