import type { EngineAddress } from './engine-address.js';

/** A port of the engine's machine that leads into a container. */
export interface Binding {
  /** An address of that machine; empty for all of them. */
  readonly address: string;
  readonly port: number;
}

/** Where a container is, as far as `docker inspect` tells: enough to see that an address leads into it without connecting. */
export interface Place {
  readonly container: string;
  readonly containerId: string;
  readonly engine: EngineAddress;
  /** Published ports of PostgreSQL's. Of a stopped container: those that it will have when it runs. */
  readonly bindings: readonly Binding[];
  /** The port that PostgreSQL listens at inside. */
  readonly port: number;
  /** What other containers of its networks call it: its compose service, its name, its aliases. */
  readonly names: readonly string[];
  /** Its addresses in those networks. */
  readonly addresses: readonly string[];
  /** The volume, or folder of the machine, with PostgreSQL's data. */
  readonly data: string | undefined;
  /** As it was named when the container was made: `postgres:16-alpine`. */
  readonly image?: string;
  /** `running`, `exited` and so on; with `unhealthy` where its health check says so. */
  readonly state?: string;
  /** Its compose project or Swarm stack. */
  readonly project?: string;
  readonly service?: string;
  /** The folder of its compose project. */
  readonly folder?: string;
  /** Whose task it is, in a Swarm, which alone starts and stops it. */
  readonly swarmService?: string;
}

/** The part of `docker inspect` that tells it. Source: Docker Engine API, "Inspect a container". */
export interface InspectedPlace {
  readonly Id: string;
  readonly Name: string;
  readonly State?: { readonly Status?: string; readonly Health?: { readonly Status?: string } | null | undefined };
  readonly Args?: readonly string[] | null;
  readonly Config: {
    readonly Image?: string;
    readonly Hostname?: string;
    readonly Env?: readonly string[] | null;
    readonly Labels?: Readonly<Record<string, string>> | null;
  };
  readonly HostConfig?: { readonly PortBindings?: Ports | null };
  readonly Mounts?:
    | readonly {
        readonly Name?: string | undefined;
        readonly Source?: string | undefined;
        readonly Destination: string;
      }[]
    | null;
  readonly NetworkSettings?: {
    readonly Ports?: Ports | null;
    readonly Networks?: Readonly<
      Record<
        string,
        {
          readonly Aliases?: readonly string[] | null;
          readonly DNSNames?: readonly string[] | null;
          readonly IPAddress?: string;
          readonly GlobalIPv6Address?: string;
        }
      >
    > | null;
  };
}

type Ports = Readonly<Record<string, readonly { readonly HostIp?: string; readonly HostPort?: string }[] | null>>;

/** Maps what `docker inspect` says to a place. Pure. */
export function placeOf(
  { Id, Name, State, Args, Config, HostConfig, Mounts, NetworkSettings }: InspectedPlace,
  engine: EngineAddress,
  givenPort?: number,
): Place {
  const container = Name.replace(/^\//, '');
  const env = (name: string) => Config.Env?.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
  const port = givenPort ?? (portIn(Args ?? []) || Number(env('PGPORT') || env('POSTGRESQL_PORT_NUMBER') || 5432));
  // The first holds what is bound now, and nothing while the container is stopped.
  const bound = (ports: Ports | null | undefined) =>
    (ports?.[`${port}/tcp`] ?? []).flatMap(({ HostIp = '', HostPort = '' }) =>
      Number(HostPort) > 0 ? [{ address: HostIp, port: Number(HostPort) }] : [],
    );
  const live = bound(NetworkSettings?.Ports);
  const networks = Object.values(NetworkSettings?.Networks ?? {});
  const { project, service, folder, swarmService } = belongsTo(Config.Labels);
  const data = env('PGDATA') ?? env('POSTGRESQL_DATA_DIR') ?? '/var/lib/postgresql/data';
  const health = State?.Health?.Status === 'unhealthy' ? ', unhealthy' : '';
  const mount = Mounts?.filter(({ Destination }) => data === Destination || data.startsWith(`${Destination}/`)).sort(
    (a, b) => b.Destination.length - a.Destination.length,
  )[0];
  return {
    container,
    containerId: Id,
    engine,
    bindings: live.length > 0 ? live : bound(HostConfig?.PortBindings),
    port,
    names: [
      ...new Set([
        container,
        ...(service ? [service] : []),
        ...(swarmService ? [swarmService] : []),
        ...(Config.Hostname ? [Config.Hostname] : []),
        ...networks.flatMap(({ Aliases, DNSNames }) => [...(Aliases ?? []), ...(DNSNames ?? [])]),
      ]),
    ],
    addresses: networks.flatMap(({ IPAddress, GlobalIPv6Address }) =>
      [IPAddress, GlobalIPv6Address].filter((one): one is string => Boolean(one)),
    ),
    data: mount && (mount.Name || mount.Source),
    ...(Config.Image && { image: Config.Image }),
    ...(State?.Status && { state: `${State.Status}${health}` }),
    ...(project && { project }),
    ...(service && { service }),
    ...(folder && { folder }),
    ...(swarmService && { swarmService }),
  };
}

/** The port that a server's arguments name: `-p 5433`, `-c port=5433`, `--port=5433`; of several the last. */
function portIn(args: readonly string[]): number {
  const [found] = [...` ${args.join(' ')} `.matchAll(/ (?:-p ?|(?:-c ?|--)port=)(\d{1,5})(?= )/g)].slice(-1);
  return Number(found?.[1] ?? 0);
}

/** The labels that compose (v1, v2), podman-compose and Swarm give a container. Pure. */
export function belongsTo(labels: Readonly<Record<string, string>> | null | undefined) {
  const one = (...names: string[]) => names.map((name) => labels?.[name]).find(Boolean);
  return {
    project: one('com.docker.compose.project', 'io.podman.compose.project', 'com.docker.stack.namespace'),
    service: one('com.docker.compose.service', 'io.podman.compose.service'),
    folder: one('com.docker.compose.project.working_dir', 'io.podman.compose.project.working_dir'),
    swarmService: one('com.docker.swarm.service.name'),
    /** Of `docker compose run`: it is gone with its command. */
    isOneOff: one('com.docker.compose.oneoff')?.toLowerCase() === 'true',
  };
}

/** Whether a binding takes connections to an address of its machine. Docker binds an empty address as both families. */
export function covers({ address }: Binding, wanted: string): boolean {
  const isSix = wanted.includes(':');
  if (address === '') return true;
  if (address === '0.0.0.0') return !isSix;
  if (address === '::') return isSix;
  return address === wanted;
}
