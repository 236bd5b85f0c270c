import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Shell } from '../../../src/cli/completion/offers.js';
import { openScreen } from '../screen.js';
import { started } from './started.js';

/** A real, interactive shell that has the completion. In place of the command it has a function that notes its arguments. */
export interface CompletingShell {
  /** The folder that it is in. */
  readonly folder: string;
  /** What Tab offers at the end of this line, in order of the alphabet. */
  offered(line: string): Promise<string[]>;
  /** Everything that was shown. */
  screen(): string;
  /** Types this, waits until the terminal shows the text, and takes the line back. */
  shows(typed: string, text: string): Promise<void>;
  /** What the command is given when this is typed and Enter pressed; `\t` is the Tab key. */
  executed(typed: string): Promise<string[]>;
}

export interface Surroundings {
  /** What `docker` is in this shell: a script for sh. Absent where there is none. */
  readonly docker?: string;
  /** What the shell runs before it reads the completion. */
  readonly before?: string;
}

const LONGEST_MS = 15_000;

function onPath(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
}

/**
 * `describe` for tests that need a shell. Where it is missing they are skipped under a name that says so; with
 * REQUIRE_SHELLS=1, as CI sets it, they fail.
 * @param script makes the completion
 */
export function describeInShell(
  shell: Shell,
  { script, ...surroundings }: Surroundings & { script: () => string },
  tests: (shell: CompletingShell) => void,
): void {
  const program = onPath(shell);
  if (process.platform === 'win32' || program === undefined) {
    if (process.env['REQUIRE_SHELLS'] !== '1')
      describe.skip(`${shell} (skipped: it is not on this machine)`, () => undefined);
    else
      describe(shell, () =>
        it('is on this machine, as REQUIRE_SHELLS=1 demands', () => {
          throw new Error(`there is no ${shell}`);
        }),
      );
    return;
  }
  describe(shell, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    beforeAll(async () => {
      opened = await open(shell, program, { script: script(), ...surroundings });
    });
    afterAll(() => opened?.close());
    tests({
      get folder() {
        return opened.folder;
      },
      offered: (line) => opened.offered(line),
      screen: () => opened.screen(),
      shows: (typed, text) => opened.shows(typed, text),
      executed: (typed) => opened.executed(typed),
    });
  });
}

async function open(
  shell: Shell,
  program: string,
  { script, docker, before = '' }: Surroundings & { script: string },
): Promise<CompletingShell & { close(): void }> {
  const home = mkdtempSync(join(tmpdir(), `yokeflow-upgrade-${shell}-`));
  const [bin, folder, notes] = [join(home, 'bin'), join(home, 'here'), join(home, 'notes')];
  for (const made of [bin, folder]) mkdirSync(made);
  if (docker !== undefined) writeFileSync(join(bin, 'docker'), `#!/bin/sh\n${docker}\n`, { mode: 0o755 });
  const { args, ask } = started(shell, { script: before === '' ? script : `${before}\n${script}`, home, notes });
  const { spawn } = await import('@lydell/node-pty');
  const screen = openScreen(200, 50, (reply) => pty.write(reply));
  // Of this machine's programs those that are needed, and not its docker.
  for (const program of ['mv', 'sed', 'sh', 'uname']) symlinkSync(onPath(program) ?? '', join(bin, program));
  const env = { PATH: bin, HOME: home, ZDOTDIR: home, LANG: 'C.UTF-8', TERM: 'xterm-256color', NOTES: notes };
  const pty = spawn(program, args, { name: 'xterm-256color', cols: 200, rows: 50, cwd: folder, env });
  let raw = '';
  pty.onData((text) => {
    raw += text;
    void screen.write(text);
  });

  const until = async (isSo: () => boolean, what: string) => {
    for (const deadline = Date.now() + LONGEST_MS; !isSo(); await sleep(5)) {
      if (Date.now() > deadline) throw new Error(`${shell} never ${what}:\n${screen.all()}`);
    }
  };
  const noted = async (typed: string): Promise<string[]> => {
    rmSync(notes, { force: true });
    pty.write(typed);
    await until(() => existsSync(notes), `came to the end of ${JSON.stringify(typed)}`);
    return readFileSync(notes, 'utf8').split('\n').slice(0, -1);
  };
  await until(() => screen.all().includes('ready>'), 'was ready');
  return {
    folder,
    offered: async (line) => [...new Set(await noted(ask(line)))].sort(),
    screen: () => screen.all(),
    shows: async (typed, text) => {
      const before = raw.length;
      pty.write(typed);
      await until(() => raw.slice(before).includes(text), `showed ${text}`);
      pty.write('\u0003');
    },
    executed: (typed) => noted(`${typed}\r`),
    close: () => {
      pty.kill('SIGKILL');
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
