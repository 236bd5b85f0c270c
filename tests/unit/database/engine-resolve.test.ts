import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { resolveEngines } from '../../../src/database/docker/resolve.js';
import { usualSockets } from '../../../src/database/docker/sockets.js';
import { machine, type Machine } from '../detect/machine.js';

const digest = (name: string): string => createHash('sha256').update(name).digest('hex');

function addContext(on: Machine, name: string, host: string, folder = '.docker', skipVerify = false): void {
  const meta = { Name: name, Metadata: {}, Endpoints: { docker: { Host: host, SkipTLSVerify: skipVerify } } };
  on.write(`${folder}/contexts/meta/${digest(name)}/meta.json`, JSON.stringify(meta));
}

describe("resolveEngines, in the docker command's order", () => {
  it('takes DOCKER_HOST before every context', () => {
    const on = machine();
    addContext(on, 'colima', 'unix:///colima.sock');
    on.write('.docker/config.json', '{"currentContext":"colima"}');
    const found = resolveEngines(on.surroundings({ DOCKER_HOST: 'tcp://10.0.0.7:2375', DOCKER_CONTEXT: 'colima' }));
    expect(found).toMatchObject({ chosen: true, addresses: [{ source: 'DOCKER_HOST', url: 'tcp://10.0.0.7:2375' }] });
  });

  it('takes DOCKER_CONTEXT before the current context', () => {
    const on = machine();
    addContext(on, 'one', 'unix:///one.sock');
    addContext(on, 'two', 'unix:///two.sock');
    on.write('.docker/config.json', '{"currentContext":"two"}');
    expect(resolveEngines(on.surroundings({ DOCKER_CONTEXT: 'one' })).addresses).toMatchObject([
      { socketPath: '/one.sock' },
    ]);
    expect(resolveEngines(on.surroundings()).addresses).toMatchObject([{ socketPath: '/two.sock' }]);
  });

  it('honours DOCKER_CONFIG', () => {
    const on = machine();
    addContext(on, 'work', 'unix:///work.sock', 'elsewhere');
    on.write('elsewhere/config.json', '{"currentContext":"work"}');
    expect(resolveEngines(on.surroundings({ DOCKER_CONFIG: `${on.home}/elsewhere` })).addresses).toMatchObject([
      { socketPath: '/work.sock' },
    ]);
  });

  it('reads the certificates of a context', () => {
    const on = machine();
    addContext(on, 'remote', 'tcp://engine.example:2376');
    for (const file of ['ca', 'cert', 'key']) {
      on.write(`.docker/contexts/tls/${digest('remote')}/docker/${file}.pem`, `the ${file}`);
    }
    expect(resolveEngines(on.surroundings({ DOCKER_CONTEXT: 'remote' })).addresses[0]?.tls).toEqual({
      ca: 'the ca',
      cert: 'the cert',
      key: 'the key',
      rejectUnauthorized: true,
    });
  });

  it('leaves certificates unchecked only where the context says so', () => {
    const on = machine();
    addContext(on, 'lax', 'tcp://engine.example:2376', '.docker', true);
    expect(resolveEngines(on.surroundings({ DOCKER_CONTEXT: 'lax' })).addresses[0]?.tls).toEqual({
      rejectUnauthorized: false,
    });
  });

  it('never falls back from a chosen context that does not exist', () => {
    const on = machine();
    const socket = on.write('.docker/run/docker.sock', '');
    for (const env of [{ DOCKER_CONTEXT: 'gone' }, { DOCKER_HOST: 'fd://3' }]) {
      const found = resolveEngines(on.surroundings(env));
      expect(found).toMatchObject({ chosen: true, addresses: [], error: { code: 'YF203' } });
      expect(found.attempts).toHaveLength(1);
    }
    // Without the choice, the very same machine does offer the socket.
    expect(resolveEngines(on.surroundings()).addresses.map((a) => a.socketPath)).toContain(socket);
  });

  it('goes on without a config.json that is not JSON, and says so without quoting it', () => {
    const on = machine();
    on.write('.docker/config.json', '{"auths":{"r":{"auth":"c2VjcmV0"}},');
    const found = resolveEngines(on.surroundings());
    expect(found.chosen).toBe(false);
    expect(found.attempts[0]?.failed).toContain('config.json is not JSON');
    expect(JSON.stringify(found)).not.toContain('c2VjcmV0');
  });

  it('takes the context "default" for the platform\'s own address', () => {
    const on = machine();
    expect(
      resolveEngines(on.surroundings({ DOCKER_CONTEXT: 'default' }, { platform: 'linux' })).addresses,
    ).toMatchObject([{ url: 'unix:///var/run/docker.sock' }]);
    expect(
      resolveEngines(on.surroundings({ DOCKER_CONTEXT: 'default' }, { platform: 'win32' })).addresses,
    ).toMatchObject([{ url: 'npipe:////./pipe/docker_engine' }]);
  });
});

describe('TLS of DOCKER_HOST', () => {
  const host = { DOCKER_HOST: 'tcp://engine.example:2376' };

  it('checks the engine with DOCKER_TLS_VERIFY and the files of DOCKER_CERT_PATH', () => {
    const on = machine();
    on.write('certs/ca.pem', 'the ca');
    const env = { ...host, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: `${on.home}/certs` };
    expect(resolveEngines(on.surroundings(env)).addresses[0]?.tls).toEqual({ ca: 'the ca', rejectUnauthorized: true });
  });

  it('says which file is missing', () => {
    const on = machine();
    const found = resolveEngines(
      on.surroundings({ ...host, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: `${on.home}/none` }),
    );
    expect(found.error?.code).toBe('YF207');
    expect(found.attempts[0]?.failed).toContain(`${on.home}/none/ca.pem`);
  });

  it('uses none without DOCKER_TLS_VERIFY, and none for a socket', () => {
    const on = machine();
    expect(resolveEngines(on.surroundings(host)).addresses[0]).not.toHaveProperty('tls');
    expect(
      resolveEngines(on.surroundings({ DOCKER_HOST: 'unix:///a.sock', DOCKER_TLS_VERIFY: '1' })).addresses[0],
    ).not.toHaveProperty('tls');
  });
});

describe('the usual sockets', () => {
  it('offers those that exist, in order, and only those', () => {
    const on = machine();
    const paths = [
      '.docker/run/docker.sock',
      '.colima/default/docker.sock',
      '.rd/docker.sock',
      'run/podman/podman.sock',
    ].map((path) => on.write(path, ''));
    const found = resolveEngines(on.surroundings({ XDG_RUNTIME_DIR: `${on.home}/run` }, { platform: 'linux' }));
    expect(found.addresses.map((a) => a.socketPath).filter((path) => path?.startsWith(on.home))).toEqual(paths);
  });

  it('names every path when none exists', () => {
    const on = machine();
    const found = resolveEngines(on.surroundings({}, { platform: 'linux', exists: () => false }));
    expect(found).toMatchObject({ chosen: false, addresses: [] });
    for (const { socketPath } of usualSockets(on.surroundings({}, { platform: 'linux' }))) {
      expect(found.attempts[0]?.failed).toContain(socketPath);
    }
  });

  it('looks for rootless Docker under the user id without XDG_RUNTIME_DIR', () => {
    const paths = usualSockets(machine().surroundings({}, { platform: 'linux', uid: 1234 })).map((a) => a.socketPath);
    expect(paths).toContain('/run/user/1234/docker.sock');
  });

  it('tries pipes on Windows', () => {
    const found = resolveEngines(machine().surroundings({}, { platform: 'win32' }));
    expect(found.addresses[0]).toMatchObject({ kind: 'npipe', socketPath: '//./pipe/docker_engine' });
  });
});
