import type { InspectedContainer, ListedContainer } from '../host.js';

/** A line of `docker ps`, made of what `inspect` says: the two commands' own lists are not alike. Pure. */
export function listedFrom(inspected: InspectedContainer): ListedContainer {
  const { Id, Name, Image, Config, State, Created, Mounts, NetworkSettings, HostConfig } = inspected;
  return {
    Id,
    Names: [`/${Name.replace(/^\//, '')}`],
    Image: Config.Image,
    ImageID: Image,
    Command: (Config.Cmd ?? []).join(' '),
    Created: Math.floor(new Date(Created).getTime() / 1000) || 0,
    Ports: Object.entries(NetworkSettings?.Ports ?? {}).flatMap(([name, bound]) => {
      const [port, Type = 'tcp'] = name.split('/');
      const PrivatePort = Number(port);
      // Without a binding it is exposed only.
      return (bound ?? []).length === 0
        ? [{ PrivatePort, Type } as ListedContainer['Ports'][number]]
        : (bound ?? []).map(({ HostIp, HostPort }) => ({
            IP: HostIp,
            PrivatePort,
            PublicPort: Number(HostPort),
            Type,
          }));
    }),
    Labels: Config.Labels ?? {},
    State: State.Status,
    Status: State.Status,
    HostConfig: { NetworkMode: HostConfig?.NetworkMode ?? '' },
    NetworkSettings: { Networks: NetworkSettings?.Networks ?? {} },
    Mounts: Mounts ?? [],
  };
}
