import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { own } from '../errors/remedy.js';

/** The reader has gone: `| head`, a closed connection. */
const closed: ReadonlySet<string | undefined> = new Set(['EPIPE', 'ECONNRESET']);
/** What a terminal that is gone answers with. On a file the same is a broken disk. */
const hungUp: ReadonlySet<string | undefined> = new Set(['EIO', 'ENXIO']);

const failures = new Map<NodeJS.WriteStream, NodeJS.ErrnoException>();

/**
 * Keeps a run going whatever becomes of its outputs, and remembers what could not be written. A reader or a terminal
 * that is gone must not end a run in the middle of rolling back.
 */
export function watchOutputs(): void {
  for (const stream of [process.stdout, process.stderr]) {
    const isTerminal = isatty(stream.fd);
    const isFile = !isTerminal && !('connecting' in stream);
    if (isFile) writeAll(stream);
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (!closed.has(error.code) && !(isTerminal && hungUp.has(error.code)) && !failures.has(stream))
        failures.set(stream, error);
    });
  }
}

/**
 * Node writes to a file once and does not look at how much of it got there, so that the last part of a disk swallows the end of a text
 * without an error; in some versions an error is thrown at whoever writes.
 * Source: SyncWriteStream in Node's lib/internal/fs/sync_write_stream.js; write(2).
 */
function writeAll(stream: NodeJS.WriteStream & { readonly fd: number }): void {
  stream._write = (chunk: Uint8Array | string, encoding, done) => {
    try {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
      for (let written = 0; written < bytes.length; ) written += writeSync(stream.fd, bytes, written);
    } catch (error) {
      return done(error as Error);
    }
    done();
  };
}

/** Why an output was not written; undefined where it was, or where nobody reads it any more. */
export async function outputFailure(stream: NodeJS.WriteStream): Promise<NodeJS.ErrnoException | undefined> {
  await new Promise<void>((resolve) => {
    stream.write('', () => resolve());
  });
  return failures.get(stream);
}

/**
 * What a run ends in whose output could not be written. A code that says more stays: a committed change is no failure (its 0 stays too),
 * and 2 to 7 and 130 tell more than that a text is lost. A 10 does not: half a script, or no answer, may have been taken for the whole.
 * @param changed whether the run has changed the database
 */
export function exitCodeWithoutOutput(exitCode: ExitCode, changed: boolean): ExitCode {
  return exitCode === ExitCode.due || (exitCode === ExitCode.done && !changed) ? ExitCode.failed : exitCode;
}

/** YF109, for standard error. */
export function notWritten(cause: NodeJS.ErrnoException, exitCode: ExitCode, changed: boolean): UpgradeError {
  return new UpgradeError({
    code: 'YF109',
    exitCode,
    message: `Standard output could not be written: ${reasons[cause.code ?? ''] ?? cause.message}.${changed ? ' The change itself is committed.' : ''}`,
    remedy: changed
      ? ['Make room there. To see where the database is, run: ', own('status')]
      : 'Make room there, or send the output elsewhere, and run the same command again.',
    changed,
    cause,
  });
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left',
  EDQUOT: 'the quota is used up',
  EFBIG: 'the file would be too large',
  EIO: 'the disk fails',
};
