import type { EngineAddress } from '../engine-address.js';
import type { Frame } from './frame.js';
import type { ContainerInfo, ContainerInspectInfo, VolumeInspectInfo } from 'dockerode';

/** One line of `docker ps`. Source of the fields: Docker Engine API, "List containers". */
export type ListedContainer = ContainerInfo;
/** Source of the fields: Docker Engine API, "Inspect a container". */
export type InspectedContainer = ContainerInspectInfo;
export type ListedVolume = Pick<VolumeInspectInfo, 'Name' | 'Labels'>;

/** A program to run in a container. */
export interface ContainerCommand {
  /** The program and its arguments; never a secret, since `ps` shows them. */
  readonly args: readonly [program: string, ...rest: string[]];
  /** What is added to the container's own environment. Never a secret: an engine shows it to whoever inspects the exec. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether anything is written to it. Without it, its standard input is empty. */
  readonly hasInput: boolean;
}

/**
 * A program that runs in a container. Nothing can kill it from outside, so a script has to end with its standard input: that is closed
 * when it is abandoned, and when this program dies, however it does.
 */
export interface ContainerExec {
  /** Its standard input; `write` returns false while it takes no more. Of use with `hasInput` alone. */
  readonly input: NodeJS.WritableStream;
  /** What it writes, to be read once. Nothing more is read before a piece has been dealt with; it throws where the connection breaks. */
  readonly output: AsyncIterable<Frame>;
  /**
   * Whether it runs; false too where the engine, the container or the record of it is gone.
   * @throws {EngineSilent}
   */
  isRunning(): Promise<boolean>;
  /**
   * The exit code, once its output has ended. Waits for it some seconds.
   * @throws {ConnectionLost} where it cannot be had
   */
  exitCode(): Promise<number>;
  /** Lets go of it at once: its input ends, and its output is read no more. */
  abandon(): void;
}

/** What runs containers, whichever way it is asked. Every question has an end: a few seconds, then {@link EngineSilent}. */
export interface ContainerHost {
  readonly address: EngineAddress;
  /**
   * The containers that run, or with `all` those too that do not.
   * @throws the engine's own error, which `engineError` puts into words
   */
  list(which?: { readonly all?: boolean }): Promise<ListedContainer[]>;
  /**
   * @param name its name, its id, or an unambiguous beginning of the id
   * @returns undefined where there is no such container
   * @throws the engine's own error
   */
  inspect(name: string): Promise<InspectedContainer | undefined>;
  /** Starts a container; one that runs is left as it is. @throws the engine's own error */
  start(name: string): Promise<void>;
  /**
   * The last lines of its log, standard output and error in their order, whether it runs or not.
   * @throws the engine's own error, also for a logging driver that cannot be read
   */
  logs(name: string, lines: number): Promise<string>;
  /** The volumes that there are. @throws the engine's own error */
  volumes(): Promise<ListedVolume[]>;
  /** @throws the engine's own error */
  describe(): Promise<HostDescription>;
  /**
   * Starts a program in a container that runs. A program that is not there is an error here, or ends with 126 or 127.
   * @throws the engine's own error
   */
  exec(name: string, command: ContainerCommand): Promise<ContainerExec>;
}

/** Source of the fields: Docker Engine API, "Get version" and "Get system information"; empty where it is not known. */
export interface HostDescription {
  readonly version: string;
  readonly api: string;
  readonly platform: string;
  readonly system: string;
  readonly storage: string;
  readonly cpus: number;
  readonly memoryBytes: number;
}
