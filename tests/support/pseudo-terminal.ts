import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { describe } from 'vitest';
import { program } from './command.js';

/** util-linux's `script`, which runs a command on a terminal of its own. */
const script = '/usr/bin/script';

/** `describe` for tests that need a terminal. */
export const describeOnTerminal = describe.skipIf(process.platform !== 'linux' || !existsSync(script));

export interface OnTerminal {
  /** Waits until this has been shown. */
  shows(text: string | RegExp): Promise<void>;
  /** Everything shown so far, as it was written, escape sequences included. */
  screen(): string;
  type(keys: string): void;
  /** Closes the terminal, as closing its window does. */
  hangUp(): void;
  /** The exit code once it has ended. */
  readonly ended: Promise<number | null>;
}

/** Runs the built command on a terminal. */
export function onTerminal(args: readonly string[], env: Record<string, string> = {}): OnTerminal {
  const command = [process.execPath, program, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const { PATH = '', HOME = '/' } = process.env;
  const child = spawn(script, ['--quiet', '--return', '--flush', '--command', `stty cols 160 rows 50; exec ${command}`, '/dev/null'], {
    env: { PATH, HOME, TERM: 'xterm', LANG: 'C.UTF-8', DOCKER_HOST: 'unix:///nowhere.sock', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let screen = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (screen += text));
  child.stdin.on('error', () => undefined);
  return {
    shows: async (text) => {
      for (const deadline = Date.now() + 20_000; !(typeof text === 'string' ? screen.includes(text) : text.test(screen)); ) {
        if (child.exitCode !== null || Date.now() > deadline) throw new Error(`the terminal never showed ${String(text)}:\n${screen}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    screen: () => screen,
    type: (keys) => void child.stdin.write(keys),
    hangUp: () => void child.kill('SIGKILL'),
    ended: once(child, 'exit').then(([code]) => code as number | null),
  };
}
