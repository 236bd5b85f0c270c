import type { EngineAddress } from '../../engine-address.js';
import type {
  ContainerCommand,
  ContainerExec,
  ContainerHost,
  HostDescription,
  InspectedContainer,
  ListedContainer,
  ListedVolume,
} from '../host.js';
import { ask } from './ask.js';
import { startChild } from './child-exec.js';
import { CommandFailed } from './command-failed.js';
import { listedFrom } from './listed.js';
import { AROUND } from './marked.js';

/** A host of containers that is asked through the command `docker` or `podman`, which answer alike. */
export class CommandHost implements ContainerHost {
  constructor(
    readonly address: EngineAddress,
    /** The command, and options of its own before the verb. */
    private readonly program: string,
    private readonly options: readonly string[] = [],
  ) {}

  /** Makes sure that it answers. @throws {CommandFailed} @throws {EngineSilent} */
  async ping(): Promise<void> {
    await this.answer('ps', '--quiet');
  }

  async list({ all = false } = {}): Promise<ListedContainer[]> {
    const ids = words(await this.answer('ps', '--quiet', '--no-trunc', ...(all ? ['--all'] : [])));
    // At once where possible; one that was removed in the meantime would fail them all.
    const inspected = await this.inspectAll(ids).catch(() => Promise.all(ids.map((id) => this.inspect(id))));
    return inspected.flatMap((one) => (one ? [listedFrom(one)] : []));
  }

  async inspect(name: string): Promise<InspectedContainer | undefined> {
    try {
      return (await this.inspectAll([name]))[0];
    } catch (error) {
      // Docker's words and Podman's.
      if (error instanceof CommandFailed && /no such (container|object)|no container with name/i.test(error.words))
        return undefined;
      throw error;
    }
  }

  async start(name: string): Promise<void> {
    await this.answer('start', '--', name);
  }

  async logs(name: string, lines: number): Promise<string> {
    return (await ask(this.line('logs', '--tail', String(lines), '--', name))).all;
  }

  async volumes(): Promise<ListedVolume[]> {
    const names = words(await this.answer('volume', 'ls', '--quiet'));
    if (names.length === 0) return [];
    return JSON.parse(await this.answer('volume', 'inspect', '--', ...names)) as ListedVolume[];
  }

  async describe(): Promise<HostDescription> {
    return describedBy(JSON.parse(await this.answer('info', '--format', '{{json .}}')) as Information);
  }

  async exec(name: string, { args, env, account, hasInput }: ContainerCommand): Promise<ContainerExec> {
    // Only the names stand in an argument; the command takes the values from its own environment.
    const variables = Object.keys(env).flatMap((variable) => ['--env', variable]);
    const as = account === undefined ? [] : ['--user', account];
    const exec = await startChild(
      (mark) => this.line('exec', '--interactive', ...as, ...variables, name, 'sh', '-c', AROUND, mark, ...args),
      env,
    );
    if (!hasInput) exec.input.end();
    return exec;
  }

  private async inspectAll(names: readonly string[]): Promise<InspectedContainer[]> {
    if (names.length === 0) return [];
    return JSON.parse(await this.answer('inspect', '--type', 'container', '--', ...names)) as InspectedContainer[];
  }

  private async answer(...args: readonly string[]): Promise<string> {
    return (await ask(this.line(...args))).stdout;
  }

  private line(...args: readonly string[]): { program: string; args: readonly string[] } {
    return { program: this.program, args: [...this.options, ...args] };
  }
}

function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

/** What `docker info` and `podman info` say in common. */
interface Information {
  readonly ServerVersion?: string;
  readonly OSType?: string;
  readonly Architecture?: string;
  readonly KernelVersion?: string;
  readonly OperatingSystem?: string;
  readonly Driver?: string;
  readonly NCPU?: number;
  readonly MemTotal?: number;
  readonly version?: { readonly Version?: string; readonly APIVersion?: string };
  readonly host?: {
    readonly os?: string;
    readonly arch?: string;
    readonly kernel?: string;
    readonly cpus?: number;
    readonly memTotal?: number;
    readonly distribution?: { readonly distribution?: string; readonly version?: string };
  };
  readonly store?: { readonly graphDriverName?: string };
}

function describedBy(info: Information): HostDescription {
  const joined = (...values: readonly (string | undefined)[]) => values.filter(Boolean).join(' ');
  const { host, store, version } = info;
  return {
    version: info.ServerVersion ?? version?.Version ?? '',
    api: version?.APIVersion ?? '',
    platform: host
      ? joined(host.os, host.arch, host.kernel)
      : joined(info.OSType, info.Architecture, info.KernelVersion),
    system: info.OperatingSystem ?? joined(host?.distribution?.distribution, host?.distribution?.version),
    storage: info.Driver ?? store?.graphDriverName ?? '',
    cpus: info.NCPU ?? host?.cpus ?? 0,
    memoryBytes: info.MemTotal ?? host?.memTotal ?? 0,
  };
}
