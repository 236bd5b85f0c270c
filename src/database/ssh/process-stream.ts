import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { Duplex } from 'node:stream';
import { CommandFailed } from '../container/command/command-failed.js';

/** How much of what a command says of itself is kept, in characters. */
const MOST_WORDS = 10_000;

/** The standard streams of a command as a connection. Where the command fails before it has passed anything on, its words are the error. */
export class ProcessStream extends Duplex {
  private words = '';
  private hasAnswered = false;

  constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    private readonly program: string,
  ) {
    super({ allowHalfOpen: false });
    child.stdout.on('data', (bytes: Buffer) => {
      this.hasAnswered = true;
      if (!this.push(bytes)) child.stdout.pause();
    });
    child.stderr.on('data', (bytes: Buffer) => {
      if (this.words.length < MOST_WORDS) this.words += bytes.toString('utf8');
    });
    child.stdin.on('error', () => undefined);
    child.on('error', (error: NodeJS.ErrnoException) =>
      this.destroy(new CommandFailed(program, error.message, { code: error.code ?? 'ENOENT' })),
    );
    child.on('close', (exitCode) => {
      if (this.hasAnswered) this.push(null);
      else this.destroy(new CommandFailed(this.program, this.words.trim(), { exitCode }));
    });
  }

  override _read(): void {
    this.child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    // Its end is told by `close`.
    this.child.stdin.write(chunk, () => callback());
  }

  override _final(callback: () => void): void {
    this.child.stdin.end(callback);
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    // Whatever is on the other side ends with its input.
    this.child.stdin.destroy();
    this.child.stdout.destroy();
    this.child.kill('SIGTERM');
    callback(error);
  }

  /** Node's HTTP client calls these on every connection. */
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }
}
