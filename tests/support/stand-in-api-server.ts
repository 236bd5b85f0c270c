import { spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import { createServer as createPlainServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex, Readable } from 'node:stream';
import { makeCertificate } from './certificate.js';
import { acceptWebSocket, room, type WebSocket } from './web-socket.js';

/** Stands in for a Kubernetes cluster, which tests cannot have; the `kubectl` that asks it is the real one. */
export interface StandInCluster {
  /**
   * With its contexts: `team/stand-in` may do all, `reader` only get pods, `stranger` nothing at all; at `dead` nobody listens,
   * at `silent` nobody answers, who signed the certificate of `untrusted`
   * nobody knows, and `no-plugin` wants a command for its credentials that is not there.
   */
  readonly env: { readonly KUBECONFIG: string };
  /** How many programs run in the pod for `kubectl exec`. */
  running(): number;
  stop(): Promise<void>;
}

/** The container of the pod that has PostgreSQL. */
const container = 'db';

/** The only protocol that kubectl asks for over a WebSocket. */
const protocol = 'v5.channel.k8s.io';

/** Why kubectl here cannot ask it; undefined where it can. Before 1.30 it knows SPDY only, which the stand-in does not. */
export const kubectlFailure = ((): string | undefined => {
  const { status, stdout } = spawnSync('kubectl', ['version', '--client', '-o', 'json'], { encoding: 'utf8' });
  if (status !== 0) return 'there is no kubectl';
  const { clientVersion } = JSON.parse(stdout) as { clientVersion: { major: string; minor: string } };
  const { major, minor } = clientVersion;
  return Number.parseInt(major, 10) === 1 && Number.parseInt(minor, 10) < 30
    ? `kubectl ${major}.${minor} does not know exec over WebSockets`
    : undefined;
})();

/**
 * Starts it on the loopback.
 * @param run starts a program in the pod
 */
export async function startStandInCluster(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  run: (command: readonly string[]) => ChildProcessWithoutNullStreams,
): Promise<StandInCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'yfu-kube-'));
  const children = new Set<ChildProcessWithoutNullStreams>();
  const sockets = new Set<Duplex>();
  const pod = podDocument(namespace, name);

  /** What is to be answered; undefined where a program is to be run. */
  const answer = ({ url = '', headers, method }: IncomingMessage): { code: number; body: object } | undefined => {
    const { pathname, searchParams } = new URL(url, 'https://stand-in');
    const user = /^Bearer (.*)$/.exec(headers.authorization ?? '')?.[1];
    if (user !== 'owner' && user !== 'reader') return failure(401, 'Unauthorized', 'Unauthorized');
    if (pathname in discovery) return { code: 200, body: discovery[pathname as keyof typeof discovery] };
    const [, space, pods, exec] = /^\/api\/v1\/namespaces\/([^/]+)(?:\/pods\/([^/]+)(\/exec)?)?$/.exec(pathname) ?? [];
    if (space === undefined) return failure(404, 'NotFound', 'the server could not find the requested resource');
    // kubectl asks for the namespace where it did not find the pod.
    if (pods === undefined)
      return space === namespace
        ? { code: 200, body: { kind: 'Namespace', apiVersion: 'v1', metadata: { name: space } } }
        : failure(404, 'NotFound', `namespaces "${space}" not found`);
    if (exec && user === 'reader')
      return failure(
        403,
        'Forbidden',
        `pods "${pods}" is forbidden: User "reader" cannot create resource "pods/exec" in API group "" in the namespace "${space}"`,
      );
    if (space !== namespace || pods !== name) return failure(404, 'NotFound', `pods "${pods}" not found`);
    if (!exec) return { code: 200, body: pod };
    if (searchParams.get('container') !== container)
      return failure(400, 'BadRequest', `container ${searchParams.get('container')} is not valid for pod ${name}`);
    if (method === 'GET' && headers['sec-websocket-protocol']?.split(/, */).includes(protocol)) return undefined;
    return failure(400, 'BadRequest', `only ${protocol} over a WebSocket is known here`);
  };

  const { key, certificate } = makeCertificate(folder, 'IP:127.0.0.1');
  const cert = readFileSync(certificate);
  const server = createServer({ key: readFileSync(key), cert }, (request, response) => {
    const { code, body } = answer(request) ?? failure(400, 'BadRequest', 'Upgrade request required');
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request, socket) => {
    const refused = answer(request);
    if (refused) {
      const text = JSON.stringify(refused.body);
      socket.end(
        `HTTP/1.1 ${refused.code} ${STATUS_CODES[refused.code]}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
      );
      return;
    }
    const child = run(new URL(request.url ?? '', 'https://stand-in').searchParams.getAll('command'));
    children.add(child);
    child.on('close', () => children.delete(child));
    void attach(child, acceptWebSocket(request, socket, protocol));
  });
  const silent = createPlainServer((socket) => void sockets.add(socket));
  const dead = createPlainServer();
  const urls = [await listening(server), await listening(silent), await listening(dead)];
  await closed(dead);
  const file = join(folder, 'config.json');
  writeFileSync(file, JSON.stringify(kubeconfig(urls, cert.toString('base64'))));
  return {
    env: { KUBECONFIG: file },
    running: () => children.size,
    async stop() {
      for (const child of children) child.kill('SIGKILL');
      for (const socket of sockets) socket.destroy();
      await Promise.all([server, silent].map(closed));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Channels of the protocol. Source: Kubernetes, "k8s.io/apimachinery/pkg/util/remotecommand". */
const channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, close: 255 };

/** Hands the streams on until the program has ended, and then how it did. A client that goes away ends its input, no more. */
async function attach(child: ChildProcessWithoutNullStreams, peer: WebSocket): Promise<void> {
  child.stdin.on('error', () => undefined);
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const outgoing = async (output: Readable, number: number) => {
    for await (const bytes of output as AsyncIterable<Buffer>) await peer.send(Buffer.from([number]), bytes);
  };
  const incoming = async () => {
    let open = -1;
    for await (const { bytes, isFirst } of peer.pieces) {
      if (isFirst) open = bytes[0] ?? -1;
      const content = isFirst ? bytes.subarray(1) : bytes;
      if (open === channel.close && content[0] === channel.stdin) child.stdin.end();
      else if (open === channel.stdin && child.stdin.writable && !child.stdin.write(content)) await room(child.stdin);
    }
    child.stdin.end();
  };
  void incoming();
  await Promise.all([outgoing(child.stdout, channel.stdout), outgoing(child.stderr, channel.stderr)]);
  const [code] = await ended;
  await peer.send(Buffer.from([channel.error]), Buffer.from(JSON.stringify(endStatus(code ?? 137))));
  peer.close();
}

function endStatus(code: number): object {
  if (code === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    reason: 'NonZeroExitCode',
    message: `command terminated with non-zero exit code: exit status ${code}`,
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}

function failure(code: number, reason: string, message: string): { code: number; body: object } {
  return { code, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code } };
}

const discovery = {
  '/version': { major: '1', minor: '32', gitVersion: 'v1.32.4', platform: 'linux/amd64' },
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: [] },
  '/api/v1': {
    kind: 'APIResourceList',
    groupVersion: 'v1',
    resources: [
      { name: 'pods', singularName: 'pod', namespaced: true, kind: 'Pod', verbs: ['get'], shortNames: ['po'] },
      { name: 'pods/exec', singularName: '', namespaced: true, kind: 'PodExecOptions', verbs: ['create', 'get'] },
    ],
  },
};

/** The pod's user and database are in secrets, and a proxy runs beside PostgreSQL. */
function podDocument(namespace: string, name: string): object {
  const secret = (variable: string) => ({ name: variable, valueFrom: { secretKeyRef: { name: 'db', key: variable } } });
  const running = { running: { startedAt: '2026-01-01T00:00:00Z' } };
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name,
      namespace,
      uid: '00000000-0000-4000-8000-000000000000',
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
    spec: {
      containers: [
        { name: 'proxy', image: 'a/proxy' },
        { name: container, image: 'postgres:16', env: [secret('POSTGRES_USER'), secret('POSTGRES_DB')] },
      ],
    },
    status: {
      phase: 'Running',
      containerStatuses: ['proxy', container].map((each) => ({
        name: each,
        ready: true,
        restartCount: 0,
        state: running,
      })),
    },
  };
}

function kubeconfig([answering, silent, dead]: readonly string[], authority: string): object {
  const clusters = { answering, silent, dead };
  const contexts = {
    'team/stand-in': ['answering', 'owner'],
    reader: ['answering', 'reader'],
    stranger: ['answering', 'stranger'],
    silent: ['silent', 'owner'],
    dead: ['dead', 'owner'],
    untrusted: ['untrusted', 'owner'],
    'no-plugin': ['answering', 'no-plugin'],
  };
  const plugin = { apiVersion: 'client.authentication.k8s.io/v1', command: 'no-such-plugin', interactiveMode: 'Never' };
  return {
    kind: 'Config',
    apiVersion: 'v1',
    clusters: [
      ...Object.entries(clusters).map(([name, server]) => ({
        name,
        cluster: { server, 'certificate-authority-data': authority },
      })),
      { name: 'untrusted', cluster: { server: answering } },
    ],
    users: [
      ...['owner', 'reader', 'stranger'].map((name) => ({ name, user: { token: name } })),
      { name: 'no-plugin', user: { exec: plugin } },
    ],
    contexts: Object.entries(contexts).map(([name, [cluster, user]]) => ({ name, context: { cluster, user } })),
    'current-context': 'team/stand-in',
  };
}

/** @returns its URL */
async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function closed(server: Server): Promise<void> {
  if (server.listening) await once(server.close(), 'close');
}
