import { describe, expect, it } from 'vitest';
import { CommandFailed } from '../../../src/database/container/command/command-failed.js';
import { EngineSilent } from '../../../src/database/container/engine-silent.js';
import { Marked } from '../../../src/database/container/command/marked.js';
import { parseEngineUrl } from '../../../src/database/docker/address.js';
import { engineFailure } from '../../../src/database/docker/failure.js';
import { resolveEngines } from '../../../src/database/docker/resolve.js';
import { engineLine } from '../../../src/database/engine-line.js';
import { kubeAddress } from '../../../src/database/kube/address.js';
import { notRunning, postgresContainer, type Pod, type PodContainer } from '../../../src/database/kube/pod.js';
import { fromJson, fromToml } from '../../../src/database/podman/environment.js';
import { dialCommand, sshOptions, sshWords } from '../../../src/database/ssh/line.js';
import { UpgradeError } from '../../../src/errors/error.js';
import { machine } from '../detect/machine.js';

describe('what ssh says', () => {
  const address = parseEngineUrl('ssh://me@host:2222', 'test');
  it.each([
    [
      'No ED25519 host key is known for host and you have requested strict checking.\nHost key verification failed.',
      255,
      'YF241',
    ],
    [
      '@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key for [host]:2222 has changed and you have requested strict checking.\nHost key verification failed.',
      255,
      'YF242',
    ],
    ['me@host: Permission denied (publickey,password).', 255, 'YF243'],
    ['Received disconnect from 10.0.0.1 port 22:2: Too many authentication failures', 255, 'YF243'],
    ['ssh: Could not resolve hostname host: Name or service not known', 255, 'YF244'],
    ['ssh: connect to host host port 2222: Connection timed out', 255, 'YF244'],
    ['', 255, 'YF244'],
    ['bash: line 1: docker: command not found', 127, 'YF245'],
    ['', 127, 'YF245'],
    [
      'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock',
      1,
      'YF210',
    ],
    ['Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?', 1, 'YF203'],
  ])('%j is %i, %s', (words, exitCode, code) => {
    const failure = engineFailure(new CommandFailed('ssh', words, { exitCode }), address);
    expect(failure.code).toBe(code);
    expect(failure.reason).not.toBe('');
    expect(failure.remedy).not.toBe('');
  });

  it('names the key to forget as known_hosts has it', () => {
    const words = 'Host key for [host]:2222 has changed and you have requested strict checking.';
    expect(engineFailure(new CommandFailed('ssh', words, { exitCode: 255 }), address).remedy).toContain(
      "ssh-keygen -R '[host]:2222'",
    );
  });

  it('is of no use where there is no ssh', () => {
    expect(engineFailure(new CommandFailed('ssh', '', { code: 'ENOENT' }), address).code).toBe('YF249');
  });
});

describe('how ssh is called', () => {
  it('asks nothing and leaves port and user to ~/.ssh/config where the address has none', () => {
    const line = sshOptions(parseEngineUrl('ssh://alias', 'test')).join(' ');
    expect(line).toContain('BatchMode=yes');
    expect(line).toContain('ConnectTimeout=');
    expect(line).not.toMatch(/ -p | -l | -i /);
    const full = sshOptions({ ...parseEngineUrl('ssh://me@h:22/run/p.sock', 'test'), identity: '/key' }).join(' ');
    expect(full).toMatch(/ -p 22 -l me -i \/key$/);
    expect(sshWords(parseEngineUrl('ssh://me@h:22', 'test'))).toBe('ssh -p 22 me@h');
  });

  it('quotes what stands in the address for the shell on the other side', () => {
    expect(dialCommand(parseEngineUrl('ssh://h', 'test'))).toBe('docker system dial-stdio');
    expect(dialCommand(parseEngineUrl("ssh://h/a'%20b.sock", 'test'))).toBe(
      `docker --host 'unix:///a'\\'' b.sock' system dial-stdio`,
    );
  });

  it('is given no host that is an option', () => {
    expect(() => parseEngineUrl('ssh://-oProxyCommand=x', 'test')).toThrow(UpgradeError);
  });
});

describe('what kubectl says', () => {
  const address = kubeAddress('prod/yokeflow/db-0');
  it.each([
    ['error: context "prod" does not exist', 'YF246'],
    ['The connection to the server localhost:8080 was refused - did you specify the right host or port?', 'YF246'],
    ['Error from server (NotFound): pods "db-0" not found', 'YF247'],
    ['Error from server (Forbidden): pods "db-0" is forbidden: User "x" cannot create resource "pods/exec"', 'YF210'],
    ['error: You must be logged in to the server (Unauthorized)', 'YF210'],
  ])('%j is %s', (words, code) => {
    const failure = engineFailure(new CommandFailed('kubectl', words, { exitCode: 1 }), address);
    expect(failure.code).toBe(code);
    expect(failure.remedy).toMatch(/kubectl/);
  });

  it('tells a pod that is not there from a namespace, and from a server that is no cluster', () => {
    const failure = (words: string) => engineFailure(new CommandFailed('kubectl', words, { exitCode: 1 }), address);
    expect(failure('Error from server (NotFound): pods "db-0" not found')).toMatchObject({
      code: 'YF247',
      reason: 'there is no pod db-0 in the namespace yokeflow',
    });
    expect(failure('Error from server (NotFound): namespaces "yokeflow" not found')).toMatchObject({
      code: 'YF247',
      reason: 'there is no namespace yokeflow',
      remedy: expect.stringContaining('kubectl --context prod get pods --all-namespaces') as string,
    });
    expect(failure('Error from server (NotFound): the server could not find the requested resource')).toMatchObject({
      code: 'YF246',
      reason: 'Error from server (NotFound): the server could not find the requested resource',
    });
  });

  it('is taken from the line that says it, whatever advice follows', () => {
    const words = `E1127 21:15:51.193423   25011 memcache.go:265] "Unhandled Error" err="couldn't get current server API group list"
Unable to connect to the server: getting credentials: exec: executable aws not found

It looks like you are trying to use a client-go credential plugin that is not installed.

To learn more about this feature, consult the documentation available at:
      https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins`;
    expect(engineFailure(new CommandFailed('kubectl', words, { exitCode: 1 }), address)).toMatchObject({
      code: 'YF246',
      reason: 'Unable to connect to the server: getting credentials: exec: executable aws not found',
    });
  });

  it('may be nothing: a server that is silent is no Docker', () => {
    const failure = engineFailure(new EngineSilent('kubectl get'), address);
    expect(failure).toMatchObject({ code: 'YF246', reason: 'no answer in time' });
    expect(failure.remedy).toContain('kubectl --context prod get pods -n yokeflow');
  });

  it('is of no use where there is no kubectl', () => {
    expect(engineFailure(new CommandFailed('kubectl', '', { code: 'ENOENT' }), address).code).toBe('YF249');
  });
});

describe('a pod', () => {
  it('is named by context, namespace and name; a context may have slashes', () => {
    expect(kubeAddress('ns/db-0').pod).toEqual({ namespace: 'ns', name: 'db-0' });
    expect(kubeAddress('arn:aws:eks:eu:1:cluster/prod/ns/db-0').pod).toEqual({
      context: 'arn:aws:eks:eu:1:cluster/prod',
      namespace: 'ns',
      name: 'db-0',
    });
    for (const wrong of ['db-0', 'ns/-x', '/db', 'ns/DB', '-c/ns/db', 'ns/$(id)'])
      expect(() => kubeAddress(wrong)).toThrow(UpgradeError);
  });

  it('has a log of each container, of which kubectl shows the first one only unless it is asked for all', () => {
    expect(engineLine(kubeAddress('prod/ns/db-0'), 'logs', 'prod/ns/db-0', 50)).toBe(
      'kubectl --context prod -n ns logs --all-containers --tail 50 db-0',
    );
  });

  const pod = (containers: PodContainer[], status: Pod['status'] = {}): Pod => ({
    metadata: { name: 'db-0' },
    spec: { containers },
    status,
  });
  const sidecar = { name: 'proxy', image: 'istio/proxyv2' };

  it('has PostgreSQL in the container that its environment, port or image tells', () => {
    const byEnvironment = { name: 'db', image: 'own/thing', env: [{ name: 'POSTGRES_PASSWORD' }] };
    expect(postgresContainer(pod([sidecar, byEnvironment]))?.name).toBe('db');
    const byPort = { name: 'db', image: 'own/thing', ports: [{ containerPort: 5432 }] };
    expect(postgresContainer(pod([sidecar, byPort]))?.name).toBe('db');
    expect(postgresContainer(pod([sidecar, { name: 'db', image: 'docker.io/postgres:16' }]))?.name).toBe('db');
    expect(postgresContainer(pod([sidecar]))?.name).toBe('proxy');
    expect(postgresContainer(pod([sidecar, { name: 'other', image: 'x' }]))).toBeUndefined();
  });

  it('runs, or says why not', () => {
    const db = { name: 'db', image: 'postgres' };
    const of = (state: object) => notRunning(pod([db], { containerStatuses: [{ name: 'db', state }] }), 'db');
    expect(of({ running: {} })).toBeUndefined();
    expect(of({ waiting: { reason: 'CrashLoopBackOff' } })).toContain('CrashLoopBackOff');
    expect(of({ terminated: { exitCode: 3 } })).toContain('exit code 3');
    expect(notRunning(pod([db], { phase: 'Pending' }), 'db')).toContain('Pending');
  });
});

describe("standard error with a command's own words in it", () => {
  it.each([1, 5, 1000])('is taken apart in pieces of %i bytes', (size) => {
    const marked = new Marked('MARK');
    const text = Buffer.from(
      'warning of the command\nMARK begin\nErr\u00f6r one\nno newlineMARK end 7\ncommand terminated\n',
    );
    let own = '';
    const parts: Buffer[] = [];
    for (let at = 0; at < text.length; at += size)
      for (const { bytes } of marked.push(text.subarray(at, at + size))) parts.push(bytes);
    for (const { bytes } of marked.push(Buffer.alloc(0), true)) parts.push(bytes);
    own = Buffer.concat(parts).toString();
    expect({ own, words: marked.words, exitCode: marked.exitCode }).toEqual({
      own: 'Err\u00f6r one\nno newline',
      words: 'warning of the command',
      exitCode: 7,
    });
  });

  it('has no exit code where the end was not seen', () => {
    const marked = new Marked('MARK');
    marked.push(Buffer.from('MARK begin\nhalf'), true);
    expect({ begun: marked.begun, exitCode: marked.exitCode }).toEqual({ begun: true, exitCode: undefined });
  });
});

describe('engines that are named', () => {
  const resolved = (env: Record<string, string>, engine?: string, files: Record<string, string> = {}) => {
    const on = machine();
    for (const [path, text] of Object.entries(files)) on.write(path, text);
    return resolveEngines(on.surroundings(env), engine);
  };

  it('by --engine before everything else', () => {
    const env = { DOCKER_HOST: 'tcp://a:1', CONTAINER_HOST: 'unix:///p.sock' };
    expect(resolved(env, 'ssh://me@h').addresses).toMatchObject([{ kind: 'ssh', source: '--engine' }]);
    expect(resolved(env, '/run/x.sock').addresses).toMatchObject([{ kind: 'unix', socketPath: '/run/x.sock' }]);
    expect(resolved(env, 'h:2375').addresses).toMatchObject([{ kind: 'tcp', host: 'h', port: 2375 }]);
    expect(resolved(env, 'podman').addresses).toMatchObject([{ kind: 'command', program: 'podman' }]);
    expect(resolved(env, 'gone').error).toMatchObject({ code: 'YF203' });
  });

  it('by DOCKER_HOST and CONTAINER_HOST are both asked', () => {
    const env = {
      DOCKER_HOST: 'tcp://a:1',
      CONTAINER_HOST: 'ssh://u@h:22/run/user/1000/podman/podman.sock',
      CONTAINER_SSHKEY: '/k',
    };
    expect(resolved(env)).toMatchObject({
      chosen: true,
      addresses: [
        { source: 'DOCKER_HOST' },
        {
          source: 'CONTAINER_HOST',
          kind: 'ssh',
          socketPath: '/run/user/1000/podman/podman.sock',
          port: 22,
          identity: '/k',
        },
      ],
    });
  });

  it("by a connection of Podman's, old form and new", () => {
    const env = { CONTAINER_CONNECTION: 'one' };
    const json = '{"Connection":{"Connections":{"one":{"URI":"ssh://u@h/p.sock","Identity":"/k"}}}}';
    const found = resolved(env, undefined, { '.config/containers/podman-connections.json': json });
    expect(found.addresses).toMatchObject([{ kind: 'ssh', identity: '/k' }]);
    const toml =
      '[engine]\n  [engine.service_destinations]\n    [engine.service_destinations.one]\n      uri = "unix:///p.sock"\n';
    expect(resolved(env, undefined, { '.config/containers/containers.conf': toml }).addresses).toMatchObject([
      { kind: 'unix', socketPath: '/p.sock' },
    ]);
    expect(resolved(env).error).toMatchObject({ code: 'YF203' });
    expect(fromJson('no json')).toEqual([]);
    expect(fromToml('[engine.service_destinations."a b"]\nuri="unix:///x"\nidentity=\'/k\'')).toEqual([
      ['a b', { uri: 'unix:///x', identity: '/k' }],
    ]);
  });
});
