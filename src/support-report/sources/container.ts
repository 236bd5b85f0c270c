import type { InspectedContainer } from '../../database/container/host.js';
import { knownForm, UNKNOWN_FORM } from './server-message.js';
import { learnVariables } from './known-secrets.js';
import { instant, say, type Redacted } from '../redaction/redacted.js';
import type { Redactor } from '../redaction/redactor.js';

/** Tells the redactor what the container's environment gives away, before anything of it is shown. */
export function learnContainer({ Config, Id }: InspectedContainer, redactor: Redactor): void {
  learnVariables(redactor, Object.fromEntries(variables(Config)), 'in the container');
  // By default it is the beginning of the id, which is nobody's machine.
  if (!Id.startsWith(Config.Hostname)) redactor.knowHost(Config.Hostname);
}

/**
 * A container as the engine describes it. Source of the fields: Docker Engine API, "Inspect a container".
 * @param withHosts whether paths of the machine are shown
 */
export function containerFacts(inspected: InspectedContainer, redactor: Redactor, withHosts: boolean) {
  const { State, Config, HostConfig } = inspected;
  return {
    name: redactor.text(inspected.Name.replace(/^\//, '')),
    image: imageName(Config.Image, redactor),
    imageId: digest(inspected.Image, redactor),
    state: redactor.text(State.Status),
    health: State.Health ? redactor.text(State.Health.Status) : null,
    exitCode: State.ExitCode,
    outOfMemory: State.OOMKilled,
    error: State.Error ? (knownForm(State.Error, redactor) ?? UNKNOWN_FORM) : null,
    createdAt: time(inspected.Created) ?? say`unknown`,
    startedAt: time(State.StartedAt),
    finishedAt: time(State.FinishedAt),
    restarts: inspected.RestartCount,
    restartPolicy: redactor.text(HostConfig.RestartPolicy?.Name || 'no'),
    memoryLimitBytes: HostConfig.Memory || null,
    mounts: inspected.Mounts.map((mount) => mountFacts(mount, redactor, withHosts)),
    ports: ports(inspected, redactor),
    /** Names alone. */
    environment: variables(Config)
      .map(([name]) => redactor.text(name))
      .sort(),
  };
}

function variables({ Env }: { Env?: readonly string[] | null }): [name: string, value: string][] {
  return (Env ?? []).map((line) => [line.split('=')[0] ?? '', line.slice(line.indexOf('=') + 1)]);
}

function mountFacts(
  { Type, Name, Source, Destination, RW }: InspectedContainer['Mounts'][number] & { Type?: string },
  redactor: Redactor,
  withHosts: boolean,
) {
  const anonymous = Name !== undefined && /^[0-9a-f]{64}$/.test(Name);
  return {
    kind: redactor.text(Type ?? 'unknown'),
    destination: redactor.text(Destination),
    /** The volume's name; a path of the machine only with `--with-hosts`. */
    source: anonymous
      ? say`an anonymous volume`
      : Name
        ? redactor.text(Name)
        : withHosts && Source
          ? redactor.text(Source)
          : null,
    writable: RW,
  };
}

function ports({ NetworkSettings }: InspectedContainer, redactor: Redactor): Redacted[] {
  return Object.entries(NetworkSettings.Ports ?? {}).flatMap(([port, published]) =>
    published && published.length > 0
      ? published.map(
          ({ HostIp, HostPort }) =>
            say`${redactor.text(port)} is published as ${HostIp === '::' ? say`[::]` : redactor.host(HostIp)}:${redactor.text(HostPort)}`,
        )
      : [say`${redactor.text(port)} is not published`],
  );
}

/** With a dot or a colon in it, what is before the first slash is the machine of a registry (Docker's "distribution/reference"). */
function imageName(image: string, redactor: Redactor): Redacted {
  const [, machine, port = '', path = ''] = /^([^/:]*(?:\.[^/:]*|(?=:))|localhost)(:\d+)?(\/.*)$/.exec(image) ?? [];
  if (machine === undefined || /^(?:docker\.io|ghcr\.io|quay\.io)$/.test(machine)) return redactor.text(image);
  return say`${redactor.host(machine)}${redactor.text(port + path)}`;
}

/** The beginning of a digest, as `docker images` shows it. */
function digest(id: string, redactor: Redactor): Redacted {
  return redactor.text(/^sha256:[0-9a-f]{64}$/.test(id) ? id.slice(0, 'sha256:'.length + 12) : id);
}

/** Docker writes the year 1 for what has not been. */
function time(text: string): Redacted | null {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) || at.getUTCFullYear() < 1970 ? null : instant(at);
}
