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
}

/** The part of `docker inspect` that tells it. Source: Docker Engine API, "Inspect a container". */
export interface InspectedPlace {
  readonly Id: string;
  readonly Name: string;
  readonly Config: {
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
  { Id, Name, Config, HostConfig, Mounts, NetworkSettings }: InspectedPlace,
  engine: EngineAddress,
): Place {
  const container = Name.replace(/^\//, '');
  const env = (name: string) => Config.Env?.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
  const port = Number(env('PGPORT') || 5432);
  // The first holds what is bound now, and nothing while the container is stopped.
  const bound = (ports: Ports | null | undefined) =>
    (ports?.[`${port}/tcp`] ?? []).flatMap(({ HostIp = '', HostPort = '' }) =>
      Number(HostPort) > 0 ? [{ address: HostIp, port: Number(HostPort) }] : [],
    );
  const live = bound(NetworkSettings?.Ports);
  const networks = Object.values(NetworkSettings?.Networks ?? {});
  const service = Config.Labels?.['com.docker.compose.service'];
  const data = env('PGDATA') ?? '/var/lib/postgresql/data';
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
        ...(Config.Hostname ? [Config.Hostname] : []),
        ...networks.flatMap(({ Aliases, DNSNames }) => [...(Aliases ?? []), ...(DNSNames ?? [])]),
      ]),
    ],
    addresses: networks.flatMap(({ IPAddress, GlobalIPv6Address }) =>
      [IPAddress, GlobalIPv6Address].filter((one): one is string => Boolean(one)),
    ),
    data: mount && (mount.Name || mount.Source),
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
