import type Dockerode from 'dockerode';
import type { EngineAddress } from '../engine-address.js';
import { Demultiplexer } from './demultiplexer.js';
import { EngineExec } from './engine-exec.js';
import type {
  ContainerCommand,
  ContainerExec,
  ContainerHost,
  HostDescription,
  InspectedContainer,
  ListedContainer,
  ListedVolume,
} from './host.js';

/** A host of containers that is asked through the Docker Engine API. */
export class EngineHost implements ContainerHost {
  constructor(
    private readonly docker: Dockerode,
    readonly address: EngineAddress,
  ) {}

  list({ all = false } = {}): Promise<ListedContainer[]> {
    return this.docker.listContainers({ all });
  }

  async inspect(name: string): Promise<InspectedContainer | undefined> {
    return unless(404, this.docker.getContainer(name).inspect());
  }

  async start(name: string): Promise<void> {
    // 304: it runs already.
    await unless(304, this.docker.getContainer(name).start());
  }

  async logs(name: string, lines: number): Promise<string> {
    const container = this.docker.getContainer(name);
    const [bytes, { Config }] = await Promise.all([
      container.logs({ stdout: true, stderr: true, follow: false, tail: lines }),
      container.inspect(),
    ]);
    // A container with a terminal has one raw stream, any other a multiplexed one.
    if (Config.Tty) return bytes.toString('utf8');
    const chunks: Buffer[] = [];
    new Demultiplexer((_channel, chunk) => chunks.push(chunk)).push(bytes);
    return Buffer.concat(chunks).toString('utf8');
  }

  async volumes(): Promise<ListedVolume[]> {
    return (await this.docker.listVolumes()).Volumes ?? [];
  }

  async describe(): Promise<HostDescription> {
    const [version = {}, info = {}] = (await Promise.all([this.docker.version(), this.docker.info()])) as Record<
      string,
      unknown
    >[];
    const words = (...values: unknown[]) => values.filter(Boolean).join(' ');
    return {
      version: words(version['Version']),
      api: words(version['ApiVersion']),
      platform: words(version['Os'], version['Arch'], version['KernelVersion']),
      system: words(info['OperatingSystem']),
      storage: words(info['Driver']),
      cpus: Number(info['NCPU'] ?? 0),
      memoryBytes: Number(info['MemTotal'] ?? 0),
    };
  }

  async exec(name: string, { args, env, hasInput }: ContainerCommand): Promise<ContainerExec> {
    const exec = await this.docker.getContainer(name).exec({
      Cmd: [...args],
      Env: Object.entries(env).map(([variable, value]) => `${variable}=${value}`),
      AttachStdin: hasInput,
      AttachStdout: true,
      AttachStderr: true,
      // A terminal would translate newlines and merge the two outputs.
      Tty: false,
    });
    // Without `hijack`, the end of the input would take the output with it.
    return new EngineExec(exec, await exec.start({ hijack: true, stdin: hasInput, Tty: false }));
  }
}

async function unless<T>(status: number, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === status) return undefined;
    throw error;
  }
}
