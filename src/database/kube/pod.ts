import type { InspectedContainer } from '../container/host.js';

/** The part of a pod that is looked at. Source of the fields: Kubernetes API reference, "Pod". */
export interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly creationTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: { readonly containers: readonly PodContainer[] };
  readonly status: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

export interface PodContainer {
  readonly name: string;
  readonly image: string;
  readonly ports?: readonly { readonly containerPort: number }[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}

interface ContainerStatus {
  readonly name: string;
  readonly restartCount?: number;
  readonly imageID?: string;
  readonly state?: {
    readonly running?: { readonly startedAt?: string };
    readonly waiting?: { readonly reason?: string };
    readonly terminated?: { readonly exitCode?: number; readonly reason?: string };
  };
}

/** The container of a pod that has PostgreSQL; undefined where that cannot be told. Pure. */
export function postgresContainer({ spec: { containers } }: Pod): PodContainer | undefined {
  if (containers.length === 1) return containers[0];
  const byEnvironment = containers.filter(({ env }) => env?.some(({ name }) => name.startsWith('POSTGRES_')));
  const byPort = containers.filter(({ ports }) => ports?.some(({ containerPort }) => containerPort === 5432));
  const byImage = containers.filter(({ image }) => /(^|\/)(postgres|pgvector|timescale|postgis)/i.test(image));
  for (const found of [byEnvironment, byPort, byImage]) if (found.length === 1) return found[0];
  return undefined;
}

/** What a container of a pod is doing; undefined where it runs. Pure. */
export function notRunning({ status }: Pod, container: string): string | undefined {
  const { running, waiting, terminated } =
    status.containerStatuses?.find(({ name }) => name === container)?.state ?? {};
  if (running) return undefined;
  if (waiting) return `its container ${container} waits (${waiting.reason ?? 'no reason given'})`;
  if (terminated) return `its container ${container} has ended (exit code ${terminated.exitCode ?? 'unknown'})`;
  return `it does not run (${status.phase ?? 'unknown'})`;
}

/**
 * A pod's container in the form of `docker inspect`. Pure.
 * @param environment what its programs see of the settings that matter, never a secret: the pod itself may name secrets only
 */
export function inspectedOf(
  { metadata, status }: Pod,
  { name, image, ports = [] }: PodContainer,
  environment: readonly string[],
): InspectedContainer {
  const own = status.containerStatuses?.find((one) => one.name === name);
  const isRunning = own?.state?.running !== undefined;
  const inspected = {
    Id: `${metadata.name}/${name}`,
    Name: `/${metadata.name}`,
    Created: metadata.creationTimestamp ?? '',
    Image: own?.imageID ?? image,
    RestartCount: own?.restartCount ?? 0,
    Config: { Env: [...environment], Labels: metadata.labels ?? {}, Hostname: metadata.name, Image: image, Tty: false },
    State: {
      Status: isRunning ? 'running' : (status.phase ?? 'unknown').toLowerCase(),
      Running: isRunning,
      Paused: false,
      Restarting: false,
      OOMKilled: own?.state?.terminated?.reason === 'OOMKilled',
      ExitCode: own?.state?.terminated?.exitCode ?? 0,
      Error: '',
      StartedAt: own?.state?.running?.startedAt ?? '',
      FinishedAt: '',
    },
    HostConfig: { RestartPolicy: { Name: '' }, Memory: 0, PortBindings: {} },
    Mounts: [],
    NetworkSettings: {
      Ports: Object.fromEntries(ports.map(({ containerPort }) => [`${containerPort}/tcp`, null])),
      Networks: { pod: { IPAddress: status.podIP ?? '' } },
    },
  };
  // The rest of Docker's document has no counterpart, and nothing reads it.
  return inspected as unknown as InspectedContainer;
}
