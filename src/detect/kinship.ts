import { belongsTo } from '../database/place.js';
import { isSameFolder } from './same-folder.js';

/** YokeFlow's own names: its compose file, its reverse-proxy compose file, and the first one before its rename. */
export const yokeflowContainers = ['yokeflow_postgres', 'yokeflow-postgres', 'autonomous_coding_postgres'] as const;

/** What YokeFlow's compose files call the database. */
const yokeflowDatabases: ReadonlySet<string> = new Set(['yokeflow', 'autonomous_coding']);

/**
 * How near a container is to YokeFlow's database, the nearest first: of the compose project in the checkout's folder; of one of its names;
 * by its labels or its environment; a PostgreSQL, of which only a look inside can tell.
 */
export type Kinship = 'project' | 'name' | 'yokeflow' | 'postgres';

/** One line of `docker ps`, as far as it tells. Source: Docker Engine API, "List containers". */
export interface Listed {
  readonly Id: string;
  readonly Names?: readonly string[] | null | undefined;
  readonly Image: string;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly Ports?: readonly { readonly PrivatePort: number }[] | null;
  readonly State?: string;
  readonly Created?: number;
}

const server = /postg|pgvector|timescale|citus|spilo|patroni|paradedb/i;
const noServer = /postgrest|exporter|backup|postgres-meta|pgbouncer|pgadmin|pgpool|adminer/i;
/** What compose files call the service. */
const services = /^(?:postgres(?:ql)?|pg|db|database)$/i;
/** `yokeflow_postgres` as compose v1, compose v2 and Swarm extend it, and as compose calls one that it replaces. */
const variants =
  /^(?:[0-9a-f]{12}_)?(?:yokeflow|autonomous[-_]coding)[-_](?:postgres(?:ql)?|db|database)(?:[-_]\d+|\.\w+\.\w+)?$/;

/** The first of its names, without the slash. */
export function nameOf({ Names, Id }: Pick<Listed, 'Names' | 'Id'>): string {
  return Names?.[0]?.replace(/^\//, '') ?? Id.slice(0, 12);
}

/**
 * How near a container is to YokeFlow's database; undefined where it is no PostgreSQL. Pure.
 * @param folders the checkout's folder, in every spelling that is known
 */
export function kinshipOf(container: Listed, folders: readonly string[] = []): Kinship | undefined {
  const { Image, Labels, Ports, Names, Id } = container;
  const name = nameOf({ Names, Id });
  const { project, service, folder, swarmService, isOneOff } = belongsTo(Labels);
  const isNamed = (yokeflowContainers as readonly string[]).includes(name);
  const looks =
    !noServer.test(Image) &&
    (server.test(Image) || Ports?.some((port) => port.PrivatePort === 5432) === true || services.test(service ?? ''));
  if (isOneOff || !(isNamed || looks)) return undefined;
  if (folder !== undefined && folders.some((one) => isSameFolder(one, folder))) return 'project';
  if (isNamed) return 'name';
  // Not what only begins so: the apps that YokeFlow builds may have a PostgreSQL of their own.
  const isYokeflows = /^(?:yokeflow|autonomous[-_]?coding)$/.test(project ?? '');
  if (isYokeflows || variants.test(name) || variants.test(swarmService ?? '')) return 'yokeflow';
  return 'postgres';
}

/** Whether a container's environment names the database as YokeFlow's compose files do. */
export const namesYokeflow = (database: string): boolean => yokeflowDatabases.has(database);
