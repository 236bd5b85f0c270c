import { UpgradeError } from '../../errors/error.js';
import { ask } from '../container/command/ask.js';
import { startChild } from '../container/command/child-exec.js';
import { AROUND } from '../container/command/marked.js';
import { listedFrom } from '../container/command/listed.js';
import type {
  ContainerCommand,
  ContainerExec,
  ContainerHost,
  HostDescription,
  InspectedContainer,
  ListedContainer,
  ListedVolume,
} from '../container/host.js';
import { outputOf } from '../container/output-of.js';
import type { EngineAddress } from '../engine-address.js';
import { inspectedOf, notRunning, postgresContainer, type Pod } from './pod.js';

/** How long, in s, the API server may take for an answer. */
const REQUEST_S = 4;
/** How long, in ms, the pod may take to say what its settings are. */
const SETTINGS_MS = 5000;

/** Prints what decides user and database, as the pod's programs see it, whatever secret or map it is from; a password is not among it. */
const SETTINGS = `for name in POSTGRES_USER POSTGRES_DB POSTGRES_USER_FILE POSTGRES_DB_FILE PGDATA PGPORT; do
eval "value=\\\${$name-}"; [ -z "$value" ] || printf '%s=%s\\n' "$name" "$value"; done`;

/** A pod of Kubernetes, asked through `kubectl`. A container's id here is `POD/CONTAINER`. */
export class KubeHost implements ContainerHost {
  constructor(
    readonly address: EngineAddress,
    private readonly pod: NonNullable<EngineAddress['pod']>,
  ) {}

  async list(): Promise<ListedContainer[]> {
    const one = await this.inspect(this.pod.name);
    return one ? [listedFrom(one)] : [];
  }

  /** @throws {UpgradeError} YF247 where the pod does not run, or which container is PostgreSQL's cannot be told */
  async inspect(name: string): Promise<InspectedContainer | undefined> {
    const { stdout } = await ask(
      this.line(`--request-timeout=${REQUEST_S}s`, 'get', 'pod', '-o', 'json', '--', podOf(name)),
    );
    const pod = JSON.parse(stdout) as Pod;
    const container = postgresContainer(pod);
    if (container === undefined)
      throw this.unusable(
        `its containers are ${pod.spec.containers.map((one) => one.name).join(', ')}, and which one has PostgreSQL cannot be told`,
      );
    const why = notRunning(pod, container.name);
    if (why !== undefined) throw this.unusable(why);
    const settings = await outputOf(
      this,
      `${pod.metadata.name}/${container.name}`,
      { args: ['sh', '-c', SETTINGS], env: {} },
      SETTINGS_MS,
    );
    return inspectedOf(pod, container, settings.stdout.split('\n').filter(Boolean));
  }

  start(): Promise<void> {
    return Promise.reject(this.unusable('a pod is started by what has made it'));
  }

  async logs(name: string, lines: number): Promise<string> {
    const { stdout } = await ask(
      this.line(
        `--request-timeout=${REQUEST_S}s`,
        'logs',
        `--tail=${lines}`,
        ...containerOption(name),
        '--',
        podOf(name),
      ),
    );
    return stdout;
  }

  volumes(): Promise<ListedVolume[]> {
    return Promise.resolve([]);
  }

  async describe(): Promise<HostDescription> {
    const { stdout } = await ask(this.line(`--request-timeout=${REQUEST_S}s`, 'version', '-o', 'json'));
    const { serverVersion } = JSON.parse(stdout) as { serverVersion?: { gitVersion?: string; platform?: string } };
    return {
      version: serverVersion?.gitVersion ?? '',
      api: 'v1',
      platform: serverVersion?.platform ?? '',
      system: 'Kubernetes',
      storage: '',
      cpus: 0,
      memoryBytes: 0,
    };
  }

  async exec(name: string, { args, env, hasInput }: ContainerCommand): Promise<ContainerExec> {
    // kubectl has no option for the environment.
    const variables = Object.entries(env).map(([variable, value]) => `${variable}=${value}`);
    const exec = await startChild(
      (mark) =>
        this.line(
          'exec',
          '-i',
          podOf(name),
          ...containerOption(name),
          '--',
          'env',
          ...variables,
          'sh',
          '-c',
          AROUND,
          mark,
          ...args,
        ),
      {},
    );
    if (!hasInput) exec.input.end();
    return exec;
  }

  private line(...args: readonly string[]): { program: string; args: readonly string[] } {
    const { context, namespace } = this.pod;
    return {
      program: 'kubectl',
      args: [...(context === undefined ? [] : [`--context=${context}`]), `--namespace=${namespace}`, ...args],
    };
  }

  private unusable(why: string): UpgradeError {
    const { context, namespace, name } = this.pod;
    return new UpgradeError({
      code: 'YF247',
      message: `The pod ${this.address.url} cannot be used.`,
      found: [why],
      remedy: `See why: kubectl ${context === undefined ? '' : `--context ${context} `}-n ${namespace} describe pod ${name}`,
    });
  }
}

function podOf(id: string): string {
  return id.split('/')[0] ?? id;
}

function containerOption(id: string): string[] {
  const container = id.split('/')[1];
  return container === undefined ? [] : ['-c', container];
}
