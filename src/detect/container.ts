import { engineLine } from '../database/engine-line.js';
import { UpgradeError } from '../errors/error.js';
import type { ContainerHost, ListedContainer } from '../database/container/host.js';
import { outputOf } from '../database/container/output-of.js';
import { engineError } from '../database/docker/error.js';
import { engineFailure } from '../database/docker/failure.js';
import { filedVariables, imageVariables } from '../database/image-variables.js';
import { fromInspect, type ContainerFinding, type GivenLogin, type InspectedContainer } from './inspect.js';
import { kinshipOf, nameOf, namesYokeflow, yokeflowContainers, type Kinship } from './kinship.js';
import { lastLogLines } from './log-lines.js';
import type { Place } from '../database/place.js';
import type { Attempt, DockerTarget, KeptVolume, Lookalike, UnusableContainer } from '../database/target.js';
import { keptVolumes } from './volumes.js';

/** What a search for containers depends on. */
export interface ContainerSearch {
  /** The checkout's folder in every spelling that is known; empty where the user did not name it. */
  readonly project: readonly string[];
  /** The checkout's folder, named or not: a volume may be called after it. */
  readonly folders: readonly string[];
  readonly given: GivenLogin;
}

export interface FoundContainers {
  readonly targets: DockerTarget[];
  readonly places: Place[];
  readonly unusable: UnusableContainer[];
  readonly attempts: Attempt[];
  /** Why the engine could not be asked. */
  readonly failures: UpgradeError[];
  readonly lookalikes: Lookalike[];
  readonly volumes: KeptVolume[];
}

/** How many containers of one engine are inspected. */
const MOST_INSPECTED = 16;
/** How long, in ms, the reading of small files in a container may take. */
const FILES_MS = 3000;

/**
 * Looks for YokeFlow's containers on one engine, the nearest kin first. Never throws: what went wrong is among the attempts.
 * One list of all containers decides which of them are inspected.
 */
export async function findYokeflowContainers(host: ContainerHost, search: ContainerSearch): Promise<FoundContainers> {
  const found: FoundContainers = {
    targets: [],
    places: [],
    unusable: [],
    attempts: [],
    failures: [],
    lookalikes: [],
    volumes: [],
  };
  const { address: engine } = host;
  try {
    const all = ranked(await host.list({ all: true }), search.project);
    const nearest = all.filter(({ kinship }) => kinship === 'project');
    await look(host, nearest.length > 0 ? nearest : all.filter(({ kinship }) => kinship === 'name'), search, found);
    // Where one of its own names runs, that is the one, whatever else does.
    if (found.targets.length === 0 && nearest.length === 0)
      await look(
        host,
        all.filter(({ kinship }) => kinship === 'yokeflow' || kinship === 'postgres'),
        search,
        found,
      );
    if (found.targets.length + found.unusable.length === 0) {
      found.attempts.push({
        tried: `containers ${yokeflowContainers.join(', ')} on ${engine.url}`,
        failed: noneThere(found.lookalikes),
      });
      found.volumes.push(...keptVolumes(await host.volumes().catch(() => []), search.folders, engine));
    }
  } catch (error) {
    found.attempts.push({
      tried: `YokeFlow's containers on ${engine.url}`,
      failed: engineFailure(error, engine).reason,
    });
    found.failures.push(engineError(error, engine));
  }
  return found;
}

/**
 * Looks for the container that the user named.
 * @param name a container's name, its id, or an unambiguous prefix of the id, as the docker command accepts it
 * @returns undefined when this engine has no such container
 * @throws {UpgradeError} YF203, YF210 when the engine fails
 */
export async function findNamedContainer(
  host: ContainerHost,
  name: string,
  given: GivenLogin = {},
): Promise<ContainerFinding | undefined> {
  try {
    return await inspectContainer(host, name, () => `--container ${name} was given`, given);
  } catch (error) {
    throw engineError(error, host.address);
  }
}

/** YF202 for a container that cannot be used, or YF251 for one whose server fails. */
export function unusableContainer({
  place: { container, engine },
  failed,
  remedy,
  isFailing,
  canStart,
  log = [],
}: Pick<UnusableContainer, 'place' | 'failed' | 'remedy' | 'isFailing' | 'canStart' | 'log'>): UpgradeError {
  return new UpgradeError({
    code: isFailing ? 'YF251' : 'YF202',
    message: isFailing
      ? `PostgreSQL in the container ${container} on ${engine.url} does not start.`
      : `The container ${container} on ${engine.url} cannot be used.`,
    found: [failed, ...log.map((line) => `its log: ${line}`)],
    remedy: isFailing
      ? `Fix what its log says (${engineLine(engine, 'logs', container, 50)}), then run: ${engineLine(engine, 'restart', container)}`
      : `${remedy}${canStart ? ' Or let this program start it: --start.' : ''}`,
  });
}

/** Names of the running containers that look like PostgreSQL. */
export async function postgresContainers(host: ContainerHost): Promise<string[]> {
  return (await host.list())
    .filter((container) => kinshipOf(container) !== undefined)
    .map((container) => `${nameOf(container)} (image ${container.Image})`)
    .sort();
}

interface Ranked {
  readonly listed: ListedContainer;
  readonly name: string;
  readonly kinship: Kinship;
}

const order: readonly Kinship[] = ['project', 'name', 'yokeflow', 'postgres'];

function ranked(containers: readonly ListedContainer[], project: readonly string[]): Ranked[] {
  const place = (name: string) => (yokeflowContainers as readonly string[]).indexOf(name);
  return containers
    .flatMap((listed) => {
      const kinship = kinshipOf(listed, project);
      return kinship === undefined ? [] : [{ listed, kinship, name: nameOf(listed) }];
    })
    .sort(
      (a, b) =>
        order.indexOf(a.kinship) - order.indexOf(b.kinship) ||
        place(a.name) - place(b.name) ||
        // Of the tasks of a Swarm the old ones stay as containers that have exited.
        Number(b.listed.State === 'running') - Number(a.listed.State === 'running') ||
        a.name.localeCompare(b.name),
    );
}

async function look(
  host: ContainerHost,
  containers: readonly Ranked[],
  { given }: ContainerSearch,
  found: FoundContainers,
): Promise<void> {
  const looked = await Promise.all(
    containers.slice(0, MOST_INSPECTED).map(async ({ listed, name, kinship }) => ({
      name,
      kinship,
      finding: await inspectContainer(host, listed.Id, (database) => reasons(kinship, name, database), given),
    })),
  );
  for (const { name, kinship, finding } of looked) {
    if (finding === undefined) continue;
    const database = finding.usable ? finding.target.database : finding.database;
    const isOurs = kinship !== 'postgres' || (given.database === undefined && namesYokeflow(database ?? ''));
    if (finding.usable && isOurs) {
      found.targets.push(finding.target);
      found.places.push(finding.place);
    } else if (finding.usable) {
      found.lookalikes.push({ target: finding.target, place: finding.place });
    } else if (isOurs && !isOldTask(finding.place, found.places)) {
      found.unusable.push(finding);
      found.attempts.push({
        tried: `container ${name} on ${host.address.url}`,
        failed: `${finding.failed}. ${finding.remedy}`,
      });
    }
  }
}

function isOldTask({ swarmService }: Place, running: readonly Place[]): boolean {
  return swarmService !== undefined && running.some((place) => place.swarmService === swarmService);
}

function reasons(kinship: Kinship, name: string, database: string): string {
  if (kinship === 'project') return `${name} is the database container of the project in that folder`;
  if (kinship === 'name') return `${name} is a name that YokeFlow gives its database container`;
  if (kinship === 'yokeflow') return `${name} is YokeFlow's database container by its name or its compose labels`;
  return `the environment of ${name} names the database ${database}`;
}

async function inspectContainer(
  host: ContainerHost,
  name: string,
  reason: (database: string) => string,
  given: GivenLogin,
): Promise<ContainerFinding | undefined> {
  const inspected = (await host.inspect(name)) as InspectedContainer | undefined;
  if (inspected === undefined) return undefined;
  const files = inspected.State.Running ? await filesOf(host, inspected) : {};
  const finding = fromInspect(inspected, host.address, '', given, files);
  if (finding.usable) return { ...finding, target: { ...finding.target, reason: reason(finding.target.database) } };
  if (!finding.isFailing) return finding;
  return { ...finding, log: lastLogLines(await host.logs(inspected.Id, 30).catch(() => '')) };
}

/** Prints each variable whose `_FILE` names a file that can be read, in the form NAME=value. */
const READ_FILES = `for name; do eval "file=\\\${\${name}_FILE:-}"; [ -r "$file" ] && printf '%s=%s\\n' "$name" "$(cat "$file")"; done; :`;

/** What stands in the files of the environment, as the image reads them. Never a password. */
async function filesOf(host: ContainerHost, { Id, Config }: InspectedContainer): Promise<Record<string, string>> {
  const passwords: ReadonlySet<string> = new Set(imageVariables.password);
  const names = filedVariables(Config.Env ?? []).filter((name) => !passwords.has(name));
  if (names.length === 0) return {};
  const command = { args: ['sh', '-c', READ_FILES, 'sh', ...names] as const, env: {} };
  const { stdout } = await outputOf(host, Id, command, FILES_MS).catch(() => ({ stdout: '' }));
  return Object.fromEntries(
    stdout.split('\n').flatMap((line) => {
      const [, name, value] = /^(\w+)=(.+)$/.exec(line) ?? [];
      return name !== undefined && value !== undefined && names.includes(name) ? [[name, value]] : [];
    }),
  );
}

function noneThere(lookalikes: readonly Lookalike[]): string {
  const names = lookalikes.map(({ place }) => `${place.container} (image ${place.image ?? 'unknown'})`);
  return names.length === 0
    ? 'none of them exists, and no running container looks like PostgreSQL'
    : `none of them exists; running containers that look like PostgreSQL: ${names.join(', ')}`;
}
