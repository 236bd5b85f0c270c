import { existsSync, mkdtempSync, readSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IPty } from '@lydell/node-pty';
import { describe, onTestFinished } from 'vitest';
import { program, surroundings } from './command.js';
import { openScreen, type Screen } from './screen.js';

export const keys = { ctrlC: '\u0003', ctrlD: '\u0004', enter: '\r', up: '\u001b[A', down: '\u001b[B' } as const;

/** How long to wait for something to be shown, in ms. */
const LONGEST_MS = 20_000;

export interface TerminalOptions {
  columns?: number;
  rows?: number;
  /** Variables of its own. Of this machine's it sees only those that a program needs to start. */
  env?: Record<string, string>;
  /** Its working folder. Default: an empty one, so that no `.env` is found. */
  cwd?: string;
  /** Whether it may find this machine's Docker engine. Without it, no engine answers. */
  engine?: boolean;
  /** For a shell, after the command: `</dev/null`, `>file`, `| cat`. */
  redirect?: string;
}

export interface OnTerminal {
  /** Waits until the window, or what has been scrolled out of it, holds this; a text may go over several lines. */
  shows(text: string | RegExp): Promise<void>;
  /** What a person sees now: the lines of the window. */
  screen(): string;
  /** Everything that a person can scroll back to. */
  transcript(): string;
  /** The same as one line, so that it makes no difference where it was broken. */
  words(): string;
  /** Everything that was written, escape sequences included. */
  raw(): string;
  type(keys: string): void;
  resize(columns: number, rows: number): Promise<void>;
  /** Closes the terminal, as closing its window does. */
  hangUp(): void;
  /** Types Ctrl-D, the end of input. */
  endInput(): void;
  /** The exit code, once it has ended and all that it wrote has been drawn. 128 and more for a signal, as in a shell. */
  readonly ended: Promise<number>;
  hasEnded(): boolean;
  readonly pid: number;
  /** Its cells, with their colours. */
  readonly cells: Screen;
}

/** Why there is no terminal to run on, in one line; undefined where there is one. */
async function terminalFailure(): Promise<string | undefined> {
  // Keys and signals are another matter on a Windows console.
  if (process.platform === 'win32') return 'not on Windows';
  return import('@lydell/node-pty').then(
    () => undefined,
    () => `no node-pty for ${process.platform}-${process.arch}`,
  );
}
const failure = await terminalFailure();

/** `describe` for tests that need a terminal. Where there is none they are skipped under a name that says so. */
export function describeOnTerminal(name: string, tests: () => void): void {
  if (failure === undefined) describe(name, tests);
  else describe.skip(`${name} (skipped: ${failure})`, tests);
}

/**
 * Runs the built command on a terminal, until the test is over at the latest.
 * @throws {Error} when it has not been built
 */
export async function onTerminal(args: readonly string[], options: TerminalOptions = {}): Promise<OnTerminal> {
  if (!existsSync(program)) throw new Error('dist/cli.js is missing; run: npm run build');
  const { columns = 100, rows = 40 } = options;
  const home = mkdtempSync(join(tmpdir(), 'yokeflow-upgrade-home-'));
  const { spawn } = await import('@lydell/node-pty');
  const [file, ...rest] = commandLine([process.execPath, program, ...args], options.redirect);
  const pty = spawn(file, rest, {
    name: options.env?.['TERM'] ?? 'xterm-256color',
    cols: columns,
    rows,
    cwd: options.cwd ?? home,
    env: { ...surroundings(home, options.engine ?? false), ...options.env },
    encoding: null,
  }) as IPty & { destroy(): void; fd: number; _socket: Socket };

  const screen = openScreen(columns, rows, (text) => pty.write(text));
  let raw = '';
  let drawn: Promise<void> = Promise.resolve();
  let exitCode: number | undefined;
  const decoder = new StringDecoder('utf8');
  const take = (bytes: Buffer) => {
    const text = decoder.write(bytes);
    raw += text;
    drawn = screen.write(text);
  };
  pty.onData((bytes) => take(bytes as unknown as Buffer));
  const close = closeAfterLastByte(pty, take);
  const ended = new Promise<number>((resolve) => {
    pty.onExit(({ exitCode: code, signal }) => {
      exitCode = signal ? 128 + signal : code;
      void drawn.then(() => resolve(exitCode as number));
    });
  });
  onTestFinished(async () => {
    if (exitCode === undefined) process.kill(pty.pid, 'SIGKILL');
    await ended;
    rmSync(home, { recursive: true, force: true });
  });

  const words = () => screen.unwrapped().replace(/\s+/g, ' ');
  const shows = async (text: string | RegExp) => {
    const isShown = () =>
      [screen.all(), words()].some((all) => (typeof text === 'string' ? all.includes(text) : text.test(all)));
    for (const deadline = Date.now() + LONGEST_MS; !isShown(); await sleep(15)) {
      if (exitCode !== undefined) await ended;
      if (isShown()) return;
      if (exitCode !== undefined)
        throw new Error(`it ended with ${exitCode} and never showed ${String(text)}:\n${screen.all()}`);
      if (Date.now() > deadline) throw new Error(`the terminal never showed ${String(text)}:\n${screen.all()}`);
    }
  };
  return {
    shows,
    screen: () => screen.visible(),
    transcript: () => screen.all(),
    words,
    raw: () => raw,
    type: (typed) => pty.write(typed),
    resize: async (newColumns, newRows) => {
      // What is on its way at this moment would be drawn for the old width, in the new one.
      process.kill(pty.pid, 'SIGSTOP');
      for (let [before, quiet] = [raw.length, 0]; quiet < 3; quiet = raw.length === before ? quiet + 1 : 0) {
        before = raw.length;
        await sleep(20);
      }
      await screen.resize(newColumns, newRows);
      pty.resize(newColumns, newRows);
      process.kill(pty.pid, 'SIGCONT');
    },
    hangUp: () => {
      // The kernel sends SIGHUP; a second one, from node-pty, would be another signal to heed.
      pty.kill = () => undefined;
      pty._socket.destroy = close;
      pty.destroy();
    },
    endInput: () => pty.write(keys.ctrlD),
    ended,
    hasEnded: () => exitCode !== undefined,
    pid: pty.pid,
    cells: screen,
  };
}

/**
 * Makes sure that all is read of what a command wrote last, on a busy machine too: Node believes in the end of a terminal
 * after 4 KiB of it, and node-pty closes it 200 ms after the command has ended.
 * @returns what closes it in any case
 */
function closeAfterLastByte(pty: { fd: number; _socket: Socket }, take: (bytes: Buffer) => void): Socket['destroy'] {
  const socket = pty._socket;
  const close = socket.destroy.bind(socket);
  socket.destroy = (error) => {
    if (socket.destroyed) return socket;
    if (!error && !socket.readableEnded) {
      setTimeout(close, LONGEST_MS).unref();
      return socket;
    }
    try {
      for (const bytes = Buffer.alloc(65_536); ; ) {
        const count = readSync(pty.fd, bytes);
        if (count === 0) break;
        take(Buffer.from(bytes.subarray(0, count)));
      }
    } catch {
      // EIO: that was all.
    }
    return close(error);
  };
  return close;
}

function commandLine(words: readonly string[], redirect?: string): [string, ...string[]] {
  if (redirect === undefined) return words as [string, ...string[]];
  return ['/bin/sh', '-c', `${words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')} ${redirect}`];
}
