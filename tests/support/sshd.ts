import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A real sshd on the loopback, for the user who runs the tests, and a client's configuration that knows it. */
export interface Sshd {
  readonly port: number;
  /** The name by which only the client's configuration knows it. */
  readonly alias: string;
  /** The folder with `ssh`: the system's own, reading that configuration instead of the user's. */
  readonly path: string;
  /** What the client believes of the server's key; undefined forgets it. */
  know(key: 'right' | 'other' | undefined): void;
  /** Whether the client has the key that the server accepts. */
  useKey(right: boolean): void;
  /** How many connections it has let in so far. */
  accepted(): number;
  stop(): Promise<void>;
}

const server = ['/usr/sbin/sshd', '/usr/local/sbin/sshd'].find((path) => existsSync(path));

/** Why it cannot be had here; undefined where it can. */
export const sshdFailure =
  server === undefined ? 'there is no sshd' : process.getuid?.() === 0 ? undefined : 'sshd needs root';

/** Starts it with keys made for it. */
export async function startSshd(): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), 'yfu-sshd-'));
  const at = (name: string) => join(folder, name);
  for (const key of ['host', 'other-host', 'user', 'other-user'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(key)]);
  const port = await freePort();
  writeFileSync(at('authorized'), readFileSync(at('user.pub')), { mode: 0o600 });
  writeFileSync(
    at('sshd_config'),
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${at('host')}`,
      `AuthorizedKeysFile ${at('authorized')}`,
      'StrictModes no',
      'UsePAM no',
      'PidFile none',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin yes',
      // A shell that sshd starts reads the ~/.bashrc of whoever runs the tests, which may take seconds.
      `SetEnv HOME=${folder}`,
    ].join('\n'),
  );
  const alias = 'yokeflow-engine';
  const configure = (key: string) =>
    writeFileSync(
      at('config'),
      [
        `Host ${alias}`,
        '  HostName 127.0.0.1',
        `  Port ${port}`,
        'Host *',
        `  UserKnownHostsFile ${at('known')}`,
        '  GlobalKnownHostsFile /dev/null',
        `  IdentityFile ${at(key)}`,
        '  IdentitiesOnly yes',
        '  IdentityAgent none',
      ].join('\n'),
    );
  const know: Sshd['know'] = (key) =>
    writeFileSync(
      at('known'),
      key === undefined
        ? ''
        : `[127.0.0.1]:${port} ${readFileSync(at(key === 'right' ? 'host.pub' : 'other-host.pub'), 'utf8')}`,
    );
  configure('user');
  know('right');
  mkdirSync(at('bin'));
  const ssh = execFileSync('sh', ['-c', 'command -v ssh'], { encoding: 'utf8' }).trim();
  writeFileSync(at('bin/ssh'), `#!/bin/sh\nexec ${ssh} -F ${at('config')} "$@"\n`, { mode: 0o755 });
  // It wants this folder for its own lesser processes, which a machine that never ran it has not.
  mkdirSync('/run/sshd', { recursive: true });
  const child = spawn(server ?? 'sshd', ['-D', '-e', '-f', at('sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (bytes: Buffer) => {
    log += bytes.toString();
  });
  await listening(port);
  return {
    port,
    alias,
    path: `${at('bin')}${delimiter}${process.env['PATH'] ?? ''}`,
    know,
    useKey: (right) => configure(right ? 'user' : 'other-user'),
    accepted: () => log.match(/^Accepted publickey/gm)?.length ?? 0,
    async stop() {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise((closed) => probe.close(closed));
  return port;
}

async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const socket = connect(port, '127.0.0.1');
    const isThere = await new Promise((resolve) =>
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false)),
    );
    socket.destroy();
    if (isThere) return;
    await sleep(50);
  }
  throw new Error(`sshd does not listen at port ${port}`);
}
