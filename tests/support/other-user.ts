import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runProgram, type ProgramResult } from './run-program.js';

/** An ordinary user of this machine, made for a test. */
export interface OtherUser {
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  /** XDG_RUNTIME_DIR, which a login would have made. */
  readonly runtime: string;
  /** The variables of a login, without any that names an engine. */
  readonly env: Record<string, string>;
  /** Runs the built command as this user. */
  runCommand(args: readonly string[], env?: Record<string, string>): Promise<ProgramResult>;
  /** Ends what it left running, and removes it with its home. */
  remove(): Promise<void>;
}

const name = 'yokeflow-upgrade-test';
const root = fileURLToPath(new URL('../../', import.meta.url));

/** Why Podman cannot be had without root's rights here; undefined where it can. */
export const rootlessFailure = failure();
/** Whether it is the machine that forbids it, and no package would help. */
export const isForbidden = rootlessFailure === forbidden();

function failure(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can make another user';
  const programs = ['podman', 'newuidmap', 'useradd', 'usermod', 'runc', 'curl'];
  const missing = programs.find((program) => spawnSync(program, ['--version']).error);
  if (missing) return `there is no ${missing}`;
  const isAllowed = spawnSync('unshare', ['--user', 'true'], { uid: 65_534, gid: 65_534, cwd: '/' }).status === 0;
  return isAllowed ? undefined : forbidden();
}

function forbidden(): string {
  return 'the kernel forbids user namespaces here';
}

/** Makes the user with numbers for the users of its containers, and lets it read a copy of the built command. */
export async function makeUser(): Promise<OtherUser> {
  // What a test that was killed has left.
  spawnSync('userdel', [name]);
  const folder = mkdtempSync(join(tmpdir(), 'yfu-user-'));
  chmodSync(folder, 0o755);
  const [home, runtime, program] = ['home', 'run', 'program'].map((each) => join(folder, each)) as [
    string,
    string,
    string,
  ];
  execFileSync('useradd', ['--system', '--create-home', '--home-dir', home, '--shell', '/bin/sh', name], {
    stdio: 'pipe',
  });
  execFileSync('usermod', ['--add-subuids', '3000000-3065535', '--add-subgids', '3000000-3065535', name], {
    stdio: 'pipe',
  });
  const id = (option: string) => Number(execFileSync('id', [option, name], { encoding: 'utf8' }));
  const [uid, gid] = [id('-u'), id('-g')];
  mkdirSync(runtime, { mode: 0o700 });
  chownSync(runtime, uid, gid);
  copyProgram(program);
  const { PATH = '' } = process.env;
  const env = { HOME: home, USER: name, LOGNAME: name, PATH, LANG: 'C.UTF-8', XDG_RUNTIME_DIR: runtime };
  return {
    uid,
    gid,
    home,
    runtime,
    env,
    runCommand: (args, more = {}) =>
      runProgram(join(program, 'node'), [join(program, 'dist/cli.js'), ...args], {
        env: { ...env, ...more },
        cwd: home,
        uid,
        gid,
      }),
    async remove() {
      const running = () => spawnSync('ps', ['-U', String(uid), '-o', 'pid='], { encoding: 'utf8' }).stdout.trim();
      for (let tries = 0; running() !== '' && tries < 50; tries++) {
        if (tries > 20)
          running()
            .split('\n')
            .forEach((pid) => spawnSync('kill', ['-KILL', pid.trim()]));
        await sleep(100);
      }
      execFileSync('userdel', [name], { stdio: 'pipe' });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The folder of the checkout, and node itself, may be closed to another user. */
function copyProgram(to: string): void {
  mkdirSync(to);
  copyFileSync(process.execPath, join(to, 'node'));
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean }>;
  };
  const modules = Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev);
  const paths = modules.map(([path]) => path).filter((path) => existsSync(join(root, path)));
  const all = ['dist', 'sql', 'fixtures', 'docs', 'package.json', ...paths];
  execFileSync('cp', ['-R', '--parents', ...all, to], { cwd: root });
  execFileSync('chmod', ['-R', 'a+rX', to]);
}
