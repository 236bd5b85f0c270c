import { basename } from 'node:path';
import type { EngineAddress } from '../database/engine-address.js';
import type { KeptVolume } from '../database/target.js';

/** A volume, as the engine lists it. Source: Docker Engine API, "List volumes". */
export interface ListedVolume {
  readonly Name: string;
  readonly Labels?: Readonly<Record<string, string>> | null | undefined;
}

const ofYokeflow = /^(?:yokeflow|autonomous[-_]?coding)[-_](?:postgres(?:ql)?|pg|db|database)[-_]?data$/;
const ofPostgres = /^(?:\w+[-_])?(?:postgres(?:ql)?|pg|db|database)[-_]?data$/;

/**
 * The volumes with the data of a container that is gone, as `docker compose down` leaves them. Pure.
 * @param folders the checkout's folder: compose names a project after it, where nothing else names it
 */
export function keptVolumes(
  volumes: readonly ListedVolume[],
  folders: readonly string[],
  engine: EngineAddress,
): KeptVolume[] {
  const projects = new Set(folders.flatMap((folder) => projectNames(basename(folder))));
  return volumes.flatMap(({ Name, Labels }) => {
    const project = Labels?.['com.docker.compose.project'] ?? Labels?.['io.podman.compose.project'];
    const volume = Labels?.['com.docker.compose.volume'] ?? Labels?.['io.podman.compose.volume'] ?? '';
    const isOfProject = project !== undefined && (projects.has(project) || /^yokeflow$/.test(project));
    const prefix = [...projects].find((one) => Name.startsWith(`${one}_`));
    const isKept =
      ofYokeflow.test(Name) ||
      (isOfProject && ofPostgres.test(volume || Name)) ||
      (prefix !== undefined && ofPostgres.test(Name.slice(prefix.length + 1)));
    return isKept ? [{ name: Name, engine, ...(project !== undefined && { project }) }] : [];
  });
}

/** Compose v2 keeps hyphens and underscores, and v1 before 1.21 dropped them. */
function projectNames(folder: string): string[] {
  const name = folder.toLowerCase().replace(/[^a-z0-9_-]/g, '');
  return [...new Set([name, name.replace(/[_-]/g, '')])].filter((one) => one !== '');
}
