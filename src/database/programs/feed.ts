import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import type { ProgramRun } from './programs.js';

/**
 * Writes a file to a program, no faster than it reads. A program that has read enough closes its end; that is not an
 * error here, since its exit code tells whether it was one.
 * @throws {Error} when the file cannot be read, or is not as long as it was
 */
export async function feed(
  to: NodeJS.WritableStream,
  { file, bytes, onBytes }: NonNullable<ProgramRun['input']>,
  signal: AbortSignal,
): Promise<void> {
  let sent = 0;
  // A file that grew in the meantime would otherwise be sent beyond what was announced.
  const source = createReadStream(file, { end: Math.max(0, bytes - 1) });
  const closed = new AbortController();
  const stop = () => closed.abort();
  for (const event of ['close', 'error', 'end']) to.once(event, stop);
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      if (closed.signal.aborted || signal.aborted) return;
      if (!to.write(chunk)) await once(to, 'drain', { signal: closed.signal }).catch(() => undefined);
      sent += chunk.length;
      onBytes?.(sent);
    }
    if (sent < bytes) throw new Error(`${file} ends after ${sent} bytes instead of ${bytes}`);
  } finally {
    for (const event of ['close', 'error', 'end']) to.removeListener(event, stop);
    source.destroy();
  }
}
