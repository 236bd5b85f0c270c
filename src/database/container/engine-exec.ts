import { setTimeout as sleep } from 'node:timers/promises';
import type { Exec } from 'dockerode';
import { ConnectionLost } from '../session.js';
import { EngineSilent } from './engine-silent.js';
import type { Frame } from './frame.js';
import { frames } from './frames.js';
import type { ContainerExec } from './host.js';

/** How long the exit code is waited for, in ms, once the output has ended. */
const END_MS = 10_000;

/** The connection that an exec was started on: the engine closes the program's input with it. */
type Hijacked = NodeJS.ReadWriteStream & AsyncIterable<Buffer | string> & { destroy(): void };

/** A program in a container, run through the engine's exec API. */
export class EngineExec implements ContainerExec {
  readonly input: NodeJS.WritableStream;
  readonly output: AsyncIterable<Frame>;

  constructor(
    private readonly exec: Exec,
    private readonly stream: Hijacked,
  ) {
    this.input = stream;
    this.output = frames(stream);
    // Whoever reads the output is told of it: here it only must not count as unhandled.
    stream.on('error', () => undefined);
  }

  async isRunning(): Promise<boolean> {
    try {
      return (await this.exec.inspect()).Running;
    } catch (error) {
      // Podman forgets an exec soon after its end. An engine that does not answer says nothing of the program.
      if (error instanceof EngineSilent) throw error;
      return false;
    }
  }

  /** `Running: false` with `ExitCode: null` means that it has not started or that the engine is still busy with it (Engine API, ExecInspect). */
  async exitCode(): Promise<number> {
    for (const deadline = Date.now() + END_MS; Date.now() < deadline; await sleep(50)) {
      const { Running, ExitCode } = await this.exec.inspect().catch((cause: unknown) => {
        throw new ConnectionLost('the engine does not say how the program in the container ended', { cause });
      });
      if (!Running && ExitCode !== null) return ExitCode;
    }
    throw new ConnectionLost('the engine does not say how the program in the container ended');
  }

  abandon(): void {
    this.stream.destroy();
  }
}
