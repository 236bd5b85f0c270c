import { execFile, execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { docker, testLabel } from './docker.js';
import { presentImage } from './image.js';

/** A second dockerd, which wants TLS and a certificate of its client, with PostgreSQL in a container. */
export interface TlsEngine {
  /** tcp://127.0.0.1:PORT */
  readonly url: string;
  /** Folders with the ca.pem, cert.pem and key.pem of a client, as DOCKER_CERT_PATH names one. */
  readonly certificates: {
    readonly right: string;
    /** A ca.pem that has signed nothing of the engine's. */
    readonly otherAuthority: string;
    /** A certificate that another authority has signed. */
    readonly otherClient: string;
    /** The ca.pem alone. */
    readonly authorityOnly: string;
  };
  /** Starts PostgreSQL as YokeFlow's compose file does, without a network. */
  startPostgres(name: string): Promise<void>;
  /** Replaces all that is in its database. */
  fill(name: string, sql: string): void;
  /** Removes its containers, its images and its bridge. */
  stop(): Promise<void>;
}

/** A bridge of its own: with none, dockerd would take docker0 from the first engine. */
const bridge = 'yfu-tls';

/** Why it cannot be had here; undefined where it can. */
export const tlsEngineFailure = failure();

function failure(): string | undefined {
  if (process.getuid?.() !== 0) return 'a dockerd needs root';
  const missing = ['dockerd', 'ip', 'openssl', 'setpriv'].find((program) => spawnSync(program, ['-V']).error);
  return missing && `there is no ${missing}`;
}

/** @throws {Error} where dockerd does not start, with what it logged */
export async function startTlsEngine(): Promise<TlsEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'yfu-tls-'));
  const at = (name: string) => join(folder, name);
  const certificates = makeCertificates(folder);
  const url = `tcp://127.0.0.1:${await freePort()}`;
  const env = { ...process.env, DOCKER_HOST: url, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: certificates.right };
  const run = (...args: string[]) => execFileSync('docker', args, { env, encoding: 'utf8', stdio: 'pipe' });

  spawnSync('ip', ['link', 'delete', bridge]);
  execFileSync('ip', ['link', 'add', bridge, 'type', 'bridge']);
  execFileSync('ip', ['address', 'add', '10.213.77.1/24', 'dev', bridge]);
  writeFileSync(at('daemon.json'), '{}');
  const daemon = spawn(
    'setpriv',
    [
      // A run that is killed must not leave it.
      ...['--pdeathsig', 'TERM', 'dockerd', '-H', url, `--config-file=${at('daemon.json')}`],
      ...[`--data-root=${at('data')}`, `--exec-root=${at('exec')}`, `--pidfile=${at('pid')}`],
      ...[`--bridge=${bridge}`, '--iptables=false', '--ip-forward=false', '--ip-masq=false'],
      ...['--tlsverify', `--tlscacert=${at('ca.pem')}`, `--tlscert=${at('server.pem')}`],
      `--tlskey=${at('server-key.pem')}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  daemon.stderr.on('data', (bytes: Buffer) => {
    log += bytes.toString();
  });
  const stop = async () => {
    const containers = spawnSync('docker', ['ps', '--all', '--quiet'], { env, encoding: 'utf8' }).stdout;
    for (const id of containers.split('\n').filter(Boolean)) spawnSync('docker', ['rm', '-f', '-v', id], { env });
    await ended(daemon);
    spawnSync('ip', ['link', 'delete', bridge]);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (let tries = 0; spawnSync('docker', ['version'], { env }).status !== 0; tries++) {
      if (tries > 150 || daemon.exitCode !== null) throw new Error(`the second dockerd does not start:\n${log}`);
      await sleep(100);
    }
    const image = await presentImage(docker);
    if (image === undefined) throw new Error('there is no image to test with');
    await promisify(execFile)('sh', [
      '-c',
      'docker save "$1" | env DOCKER_HOST="$2" "$3" "$4" docker load',
      'sh',
      image,
      url,
      'DOCKER_TLS_VERIFY=1',
      `DOCKER_CERT_PATH=${certificates.right}`,
    ]);
    return {
      url,
      certificates,
      async startPostgres(name) {
        run(
          ...['run', '--detach', '--name', name, '--network', 'none', '--label', testLabel],
          ...['--env', 'POSTGRES_USER=agent', '--env', 'POSTGRES_PASSWORD=agent_dev_password'],
          ...['--env', 'POSTGRES_DB=yokeflow', image],
        );
        // While it is set up, it listens at its socket alone.
        const isReady = () => spawnSync('docker', ['exec', name, 'pg_isready', '-q', '-h', '127.0.0.1'], { env });
        for (let tries = 0; isReady().status !== 0; tries++) {
          if (tries > 100) throw new Error(`${name} does not answer: ${run('logs', name)}`);
          await sleep(200);
        }
      },
      fill(name, sql) {
        const args = ['exec', '-i', name, 'psql', '-X', '-q', '-U', 'agent', '-v', 'ON_ERROR_STOP=1', '-d', 'yokeflow'];
        const input = `DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n${sql}`;
        execFileSync('docker', args, { env, input, stdio: 'pipe' });
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Makes two authorities, the engine's certificate (server.pem), and the folders of the clients. */
function makeCertificates(folder: string): TlsEngine['certificates'] {
  const at = (name: string) => join(folder, name);
  const make = (name: string, ...args: string[]) =>
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
        ...['-subj', `/CN=${name}`, '-keyout', at(`${name}-key.pem`), '-out', at(`${name}.pem`), ...args],
      ],
      { stdio: 'pipe' },
    );
  const signed = (name: string, authority: string, use: string) =>
    make(
      name,
      ...['-CA', at(`${authority}.pem`), '-CAkey', at(`${authority}-key.pem`)],
      ...['-addext', 'subjectAltName=IP:127.0.0.1', '-addext', 'basicConstraints=critical,CA:FALSE'],
      ...['-addext', `extendedKeyUsage=${use}`],
    );
  make('ca');
  make('other-ca');
  signed('server', 'ca', 'serverAuth');
  signed('client', 'ca', 'clientAuth');
  signed('other-client', 'other-ca', 'clientAuth');
  const client = (name: string, authority: string, certificate?: string) => {
    mkdirSync(at(name));
    copyFileSync(at(`${authority}.pem`), join(at(name), 'ca.pem'));
    if (certificate !== undefined) {
      copyFileSync(at(`${certificate}.pem`), join(at(name), 'cert.pem'));
      copyFileSync(at(`${certificate}-key.pem`), join(at(name), 'key.pem'));
    }
    return at(name);
  };
  return {
    right: client('right', 'ca', 'client'),
    otherAuthority: client('other-authority', 'other-ca', 'client'),
    otherClient: client('another-client', 'ca', 'other-client'),
    authorityOnly: client('authority-only', 'ca'),
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise((closed) => probe.close(closed));
  return port;
}

async function ended(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const exit = once(daemon, 'exit');
  daemon.kill('SIGTERM');
  const timer = setTimeout(() => daemon.kill('SIGKILL'), 15_000);
  await exit;
  clearTimeout(timer);
}
