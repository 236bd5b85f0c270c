import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { program } from './engine-program.js';
import { readEvents, type ToldEvent } from './events.js';
import type { Outcome } from './outcome.js';
import { schemaFaults } from './schema.js';

export { program };

export interface CommandOptions {
  /** Variables of its own. Of this machine's it sees only those that a program needs to start. */
  env?: Record<string, string>;
  /** Written to its standard input, which is then closed. */
  input?: string;
  /** Whether it may find this machine's Docker engine. Without it, no engine answers. */
  engine?: boolean;
  /** Its working folder. Default: an empty one, so that no `.env` is found. */
  cwd?: string;
  /** Default: the built command with the releases of `engineRelease`. */
  program?: string;
  /** Options for node itself, before the program. */
  nodeOptions?: readonly string[];
}

export interface CommandResult {
  /** Null when a signal ended it. */
  exitCode: number | null;
  stdout: string;
  stderr: string;
  /**
   * Reads standard output as the one document that `--json` promises.
   * @throws {Error} where it is not one, or not what the package's schema says
   */
  readonly json: () => Outcome;
  /**
   * Reads standard error as the events that `--events` promises.
   * @throws {Error} where it is not that
   */
  readonly events: () => ToldEvent[];
}

export interface RunningCommand {
  readonly process: ChildProcess;
  readonly result: Promise<CommandResult>;
}

/** Runs the built command to its end, without a terminal. */
export function runCommand(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return startCommand(args, options).result;
}

/**
 * Starts the built command, without a terminal.
 * @throws {Error} when it has not been built
 */
export function startCommand(args: readonly string[], options: CommandOptions = {}): RunningCommand {
  if (!existsSync(program)) throw new Error('dist/cli.js is missing; run: npm run build');
  const home = mkdtempSync(join(tmpdir(), 'yokeflow-upgrade-home-'));
  const file = options.program ?? program;
  const child = spawn(process.execPath, [...(options.nodeOptions ?? []), file, ...args], {
    cwd: options.cwd ?? home,
    env: { ...surroundings(home, options.engine ?? false), ...options.env },
    stdio: 'pipe',
  });
  // A command that never reads its input may be gone before the input is written.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  return { process: child, result: finished(child, home) };
}

/** What a program needs of this machine to start, and nothing of its own settings. */
export function surroundings(home: string, engine: boolean): Record<string, string> {
  const { PATH = '', SystemRoot, DOCKER_HOST } = process.env;
  const noEngine = process.platform === 'win32' ? 'npipe:////./pipe/no-engine' : `unix://${home}/no-engine.sock`;
  return {
    PATH,
    HOME: home,
    USERPROFILE: home,
    LANG: 'C.UTF-8',
    ...(SystemRoot === undefined ? {} : { SystemRoot }),
    ...(!engine ? { DOCKER_HOST: noEngine } : DOCKER_HOST ? { DOCKER_HOST } : {}),
  };
}

async function finished(child: ChildProcess, home: string): Promise<CommandResult> {
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error('the command was started without pipes');
  const ended = once(child, 'close') as Promise<[number | null]>;
  const [out, err, [exitCode]] = await Promise.all([text(stdout), text(stderr), ended]);
  rmSync(home, { recursive: true, force: true });
  return { exitCode, stdout: out, stderr: err, json: () => readDocument(out, err), events: () => readEvents(err) };
}

function readDocument(stdout: string, stderr: string): Outcome {
  const seen = `:\n${stdout}\n--- standard error:\n${stderr}`;
  let document: unknown;
  try {
    document = JSON.parse(stdout);
  } catch (error) {
    throw new Error(`standard output is not one JSON document (${String(error)})${seen}`);
  }
  const faults = schemaFaults('outcome-1', document);
  if (faults.length > 0) throw new Error(`the document is not what its schema says (${faults.join('; ')})${seen}`);
  return document as Outcome;
}
