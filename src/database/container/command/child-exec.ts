import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { ConnectionLost } from '../../session.js';
import { EngineSilent } from '../engine-silent.js';
import type { Frame } from '../frame.js';
import type { ContainerExec } from '../host.js';
import type { CommandLine } from './ask.js';
import { CommandFailed } from './command-failed.js';
import { Marked } from './marked.js';
import { merged } from './merged.js';

/** How long, in ms, a program may take to begin in its container. */
const BEGIN_MS = 5000;
/** How long, in ms, an abandoned command may take to see its program end with its input, before it is killed. */
const LEAVE_MS = 2000;

/**
 * Starts a program in a container through a command that hands its standard streams on (`podman exec -i`), and waits for it to begin.
 * @param commandLine what to run, given the mark that AROUND prints
 * @param variables what is added to the command's own environment
 * @throws {CommandFailed} where the command ends before the program has begun
 * @throws {EngineSilent} where it takes too long
 */
export async function startChild(
  commandLine: (mark: string) => CommandLine,
  variables: Readonly<Record<string, string>>,
): Promise<ContainerExec> {
  const mark = `yokeflow-upgrade-${randomBytes(8).toString('hex')}`;
  const { program, args } = commandLine(mark);
  const child = spawn(program, args, {
    env: { ...process.env, ...variables },
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    // Ctrl-C goes to a terminal's whole group: whether the program ends is for us to decide. It ends with its input, so with us.
    detached: true,
  });
  return new ChildExec(child, program, new Marked(mark)).begun();
}

class ChildExec implements ContainerExec {
  readonly input: NodeJS.WritableStream;
  readonly output: AsyncIterable<Frame>;
  private readonly closed: Promise<void>;
  private failure: CommandFailed | undefined;
  private readonly early: Frame[] = [];
  private readonly pieces: AsyncGenerator<Frame>;
  private isAbandoned = false;

  constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    private readonly program: string,
    private readonly marked: Marked,
  ) {
    this.input = child.stdin;
    // A program that has read enough closes its end: its exit code tells whether that was an error.
    child.stdin.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      child.on('error', (error: NodeJS.ErrnoException) => {
        this.failure = new CommandFailed(program, error.message, { code: error.code ?? 'ENOENT' });
        for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
        resolve();
      });
      child.on('close', () => resolve());
    });
    this.pieces = merged({ stdout: child.stdout, stderr: child.stderr });
    this.output = this.read();
  }

  /** Reads until the program has begun. */
  async begun(): Promise<this> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.kill();
    }, BEGIN_MS);
    try {
      while (!this.marked.begun) {
        const next = await this.pieces.next();
        if (next.done) break;
        if (next.value.channel === 'stdout') this.early.push(next.value);
        else this.early.push(...this.marked.push(next.value.bytes));
      }
    } finally {
      clearTimeout(timer);
    }
    if (this.marked.begun) return this;
    await this.closed;
    if (isLate) throw new EngineSilent(`${this.program} exec`);
    throw this.failure ?? new CommandFailed(this.program, this.marked.words, { exitCode: this.child.exitCode });
  }

  async isRunning(): Promise<boolean> {
    return this.child.exitCode === null && this.child.signalCode === null && this.failure === undefined;
  }

  async exitCode(): Promise<number> {
    await this.closed;
    const { exitCode } = this.marked;
    if (exitCode === undefined)
      throw new ConnectionLost(`${this.program} does not tell how the program in the container ended`);
    return exitCode;
  }

  abandon(): void {
    if (this.isAbandoned) return;
    this.isAbandoned = true;
    // The program ends with its input, and what it still writes must not hold it up.
    this.child.stdin.destroy();
    for (const stream of [this.child.stdout, this.child.stderr]) stream.removeAllListeners('data').resume();
    const late = setTimeout(() => this.kill(), LEAVE_MS);
    void this.closed.then(() => clearTimeout(late));
  }

  private async *read(): AsyncGenerator<Frame> {
    yield* this.early.splice(0);
    for await (const { channel, bytes } of this.pieces) {
      if (this.isAbandoned) break;
      if (channel === 'stdout') yield { channel, bytes };
      else yield* this.marked.push(bytes);
    }
    if (this.isAbandoned) throw new ConnectionLost(`${this.program} was let go of`);
    yield* this.marked.push(Buffer.alloc(0), true);
  }

  private kill(): void {
    this.child.kill('SIGKILL');
    // What it has started may keep its output open.
    this.child.stdout.destroy();
    this.child.stderr.destroy();
  }
}
