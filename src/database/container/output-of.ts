import type { ContainerCommand, ContainerHost } from './host.js';

/** What a program said and how it ended. */
export interface ProgramOutput {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/**
 * Runs a short program in a container to its end, with nothing to read, and keeps all that it writes.
 * @param milliseconds after which it is let go of
 * @throws {Error} where it takes longer, and the engine's own error
 * @throws {ConnectionLost} where its end could not be seen
 */
export async function outputOf(
  host: ContainerHost,
  container: string,
  command: Omit<ContainerCommand, 'hasInput'>,
  milliseconds: number,
): Promise<ProgramOutput> {
  const exec = await host.exec(container, { ...command, hasInput: false });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    exec.abandon();
  }, milliseconds);
  try {
    const heard = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    for await (const { channel, bytes } of exec.output) heard[channel].push(bytes);
    const text = (channel: 'stdout' | 'stderr') => Buffer.concat(heard[channel]).toString('utf8');
    return { stdout: text('stdout'), stderr: text('stderr'), exitCode: await exec.exitCode() };
  } catch (error) {
    throw isLate ? new Error('no answer in time', { cause: error }) : error;
  } finally {
    clearTimeout(timer);
  }
}
