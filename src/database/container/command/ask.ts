import { spawn } from 'node:child_process';
import { EngineSilent } from '../engine-silent.js';
import { CommandFailed } from './command-failed.js';

/** How long, in ms, a command may take for one answer. Kubernetes and ssh may be far away. */
const ANSWER_MS = 5000;
/** How much of an answer is taken, in bytes: `inspect` of many containers is long, and a command gone wrong may never end. */
const MOST_BYTES = 64 * 1024 * 1024;

/** A command as it is called. */
export interface CommandLine {
  readonly program: string;
  readonly args: readonly string[];
}

interface Answer {
  readonly stdout: string;
  /** Both outputs, as they came. */
  readonly all: string;
}

/**
 * Runs a command of this machine to its end, without a shell and with nothing to read.
 * @param milliseconds after which it is killed
 * @throws {CommandFailed} where it is not there or ends with another code than 0
 * @throws {EngineSilent} where it takes longer
 */
export async function ask({ program, args }: CommandLine, milliseconds = ANSWER_MS): Promise<Answer> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true, detached: true });
  const written = { stdout: [] as Buffer[], stderr: [] as Buffer[], all: [] as Buffer[] };
  let bytes = 0;
  for (const channel of ['stdout', 'stderr'] as const) {
    child[channel].on('data', (piece: Buffer) => {
      written[channel].push(piece);
      written.all.push(piece);
      if ((bytes += piece.length) > MOST_BYTES) child.kill('SIGKILL');
    });
  }
  const text = (channel: keyof typeof written) => Buffer.concat(written[channel]).toString('utf8');
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
    // What it has started may keep its output open.
    child.stdout.destroy();
    child.stderr.destroy();
  }, milliseconds);
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.on('error', (error: NodeJS.ErrnoException) =>
        reject(new CommandFailed(program, error.message, { code: error.code ?? 'ENOENT' })),
      );
      child.on('close', resolve);
    });
    if (isLate) throw new EngineSilent([program, ...args.slice(0, 2)].join(' '));
    if (exitCode !== 0) throw new CommandFailed(program, text('stderr').trim(), { exitCode });
    return { stdout: text('stdout'), all: text('all') };
  } finally {
    clearTimeout(timer);
  }
}
