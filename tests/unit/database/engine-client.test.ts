import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { clientOptions, openEngine } from '../../../src/database/docker/client.js';
import { parseEngineUrl } from '../../../src/database/docker/address.js';
import { engineFailure } from '../../../src/database/docker/failure.js';
import { SshAgent } from '../../../src/database/ssh/agent.js';
import { UpgradeError } from '../../../src/errors/error.js';
import { failureOf, machine } from '../detect/machine.js';

const posixOnly = it.skipIf(process.platform === 'win32');

/** A real HTTP server on a Unix socket or a free port; what it answers is the test's affair. */
async function listen(server: Server | ReturnType<typeof createTcpServer>, path?: string): Promise<number> {
  await new Promise<void>((ready) =>
    path === undefined ? server.listen(0, '127.0.0.1', ready) : server.listen(path, ready),
  );
  onTestFinished(() => void server.close());
  return path === undefined ? (server.address() as AddressInfo).port : 0;
}

const ok: RequestListener = (request, response) => response.end(request.url === '/_ping' ? 'OK' : undefined);

describe('openEngine', () => {
  posixOnly('opens an engine on a socket', async () => {
    const path = join(machine().home, 'engine.sock');
    await listen(createServer(ok), path);
    const docker = await openEngine(parseEngineUrl(`unix://${path}`, 'test'));
    expect(String(await docker.ping())).toBe('OK');
  });

  it('opens an engine on a port', async () => {
    const port = await listen(createServer(ok));
    await expect(openEngine(parseEngineUrl(`tcp://127.0.0.1:${port}`, 'test'))).resolves.toBeDefined();
  });

  posixOnly.each([
    ['another address', { DOCKER_HOST: 'tcp://127.0.0.1:1' }],
    ['certificates that are not there', { DOCKER_HOST: 'tcp://127.0.0.1:1', DOCKER_CERT_PATH: '/no/such/folder' }],
    ['what is no address', { DOCKER_HOST: 'tcp://:::' }],
    ['a time of its own', { DOCKER_HOST: 'tcp://127.0.0.1:1', DOCKER_CLIENT_TIMEOUT: '1' }],
  ])('goes where the address says, where DOCKER_HOST says %s', async (_, variables) => {
    const path = join(machine().home, 'engine.sock');
    await listen(createServer(ok), path);
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    await expect(openEngine(parseEngineUrl(`unix://${path}`, 'test'))).resolves.toBeDefined();
    expect(process.env).toMatchObject(variables);
  });

  posixOnly('says that a socket is not there', async () => {
    const path = join(machine().home, 'none.sock');
    const error = await failureOf(UpgradeError, () => openEngine(parseEngineUrl(`unix://${path}`, 'test')));
    expect(error).toMatchObject({ code: 'YF203', exitCode: 4, found: [`${path} is not there`] });
  });

  it('says that nothing listens', async () => {
    const server = createServer();
    const port = await listen(server);
    await new Promise((closed) => server.close(closed));
    const error = await failureOf(UpgradeError, () => openEngine(parseEngineUrl(`tcp://127.0.0.1:${port}`, 'test')));
    expect(error).toMatchObject({ code: 'YF203', found: ['nothing listens there (connection refused)'] });
  });

  it('gives up on an engine that never answers', async () => {
    const server = createTcpServer((socket) => onTestFinished(() => void socket.destroy()));
    const port = await listen(server);
    const begin = Date.now();
    const error = await failureOf(UpgradeError, () =>
      openEngine(parseEngineUrl(`tcp://127.0.0.1:${port}`, 'test'), 150),
    );
    expect(error).toMatchObject({ code: 'YF203', found: ['no answer in time'] });
    expect(Date.now() - begin).toBeLessThan(1500);
  });

  it('says that TLS failed against a server without it', async () => {
    const port = await listen(createServer(ok));
    const error = await failureOf(UpgradeError, () => openEngine(parseEngineUrl(`https://127.0.0.1:${port}`, 'test')));
    expect(error.code).toBe('YF211');
    expect(error.found[0]).toContain('TLS failed');
  });

  it('says that a proxy refuses', async () => {
    const port = await listen(createServer((_, response) => response.writeHead(403).end('no')));
    const error = await failureOf(UpgradeError, () => openEngine(parseEngineUrl(`tcp://127.0.0.1:${port}`, 'test')));
    expect(error).toMatchObject({ code: 'YF210', exitCode: 4 });
  });
});

describe('engineFailure', () => {
  const socket = parseEngineUrl('unix:///var/run/docker.sock', 'test');

  it('tells missing permission from a missing socket', () => {
    const failure = engineFailure(Object.assign(new Error('connect EACCES'), { code: 'EACCES' }), socket);
    expect(failure).toMatchObject({ code: 'YF210', reason: 'permission denied on /var/run/docker.sock' });
    expect(failure.remedy).toContain('docker');
  });

  it.each([
    [
      'EPROTO',
      'write EPROTO 80FC:error:0A000412:SSL routines:ssl3_read_bytes:sslv3 alert bad certificate:rec_layer_s3.c',
    ],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'error:0A00045C:SSL routines::tlsv13 alert certificate required'],
    ['ECONNRESET', 'read ECONNRESET'],
  ])('says of an engine that does not take the certificate what to put where (%s)', (code, message) => {
    const address = parseEngineUrl('tcp://a:2376', 'test', { ca: 'CA', rejectUnauthorized: true });
    const failure = engineFailure(Object.assign(new Error(message), { code }), address);
    expect(failure.code).toBe('YF211');
    expect(failure.remedy).toContain('Put the cert.pem and key.pem');
  });

  it('suspects TLS when a plain connection is closed', () => {
    const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    expect(engineFailure(reset, parseEngineUrl('tcp://a:2376', 'test')).code).toBe('YF211');
    expect(engineFailure(reset, socket).code).toBe('YF203');
  });
});

describe('clientOptions', () => {
  it('checks the certificate exactly as the address says', () => {
    const checked = parseEngineUrl('tcp://a:2376', 'test', { ca: 'CA', rejectUnauthorized: false });
    expect(clientOptions(checked)).toMatchObject({
      protocol: 'https',
      agent: { options: { ca: 'CA', rejectUnauthorized: false } },
    });
  });

  it('leaves an engine on another machine to the command ssh', () => {
    const { agent, socketPath, protocol } = clientOptions(parseEngineUrl('ssh://deploy@a', 'test')) as never as {
      agent: unknown;
      socketPath: unknown;
      protocol: string;
    };
    expect({ agent: agent instanceof SshAgent, socketPath, protocol }).toEqual({
      agent: true,
      socketPath: undefined,
      protocol: 'http',
    });
  });
});
