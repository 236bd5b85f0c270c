import { describe, expect, it } from 'vitest';
import { parseEngineUrl } from '../../../src/database/docker/address.js';
import { UpgradeError } from '../../../src/errors/error.js';
import { failureOf } from '../detect/machine.js';

describe('parseEngineUrl', () => {
  it.each([
    ['unix:///var/run/docker.sock', { kind: 'unix', socketPath: '/var/run/docker.sock' }],
    ['unix:///run/user/1000/docker.sock', { kind: 'unix', socketPath: '/run/user/1000/docker.sock' }],
    ['unix://', { kind: 'unix', socketPath: '/var/run/docker.sock' }],
    ['npipe:////./pipe/docker_engine', { kind: 'npipe', socketPath: '//./pipe/docker_engine' }],
    ['npipe://\\\\.\\pipe\\docker_engine', { kind: 'npipe', socketPath: '//./pipe/docker_engine' }],
    ['tcp://10.0.0.7:2375', { kind: 'tcp', host: '10.0.0.7', port: 2375 }],
    ['tcp://10.0.0.7', { kind: 'tcp', host: '10.0.0.7', port: 2375 }],
    ['tcp://[::1]:4243', { kind: 'tcp', host: '::1', port: 4243, url: 'tcp://[::1]:4243' }],
    ['build-host:4243', { kind: 'tcp', host: 'build-host', port: 4243 }],
    ['http://localhost:2375/', { kind: 'tcp', host: 'localhost', port: 2375 }],
    ['https://engine.example', { kind: 'tcp', port: 2376, tls: { rejectUnauthorized: true } }],
    ['ssh://deploy@db-host', { kind: 'ssh', host: 'db-host', username: 'deploy', url: 'ssh://deploy@db-host' }],
    ['ssh://db-host:2222', { kind: 'ssh', host: 'db-host', port: 2222 }],
  ])('reads %s', (url, expected) => {
    expect(parseEngineUrl(url, 'DOCKER_HOST')).toMatchObject({ source: 'DOCKER_HOST', ...expected });
  });

  it('gives TLS material to network addresses only, and with it the TLS port', () => {
    const tls = { ca: 'CA', rejectUnauthorized: true };
    expect(parseEngineUrl('tcp://engine.example', 'x', tls)).toMatchObject({ port: 2376, tls });
    expect(parseEngineUrl('unix:///a.sock', 'x', tls)).not.toHaveProperty('tls');
    expect(parseEngineUrl('ssh://a', 'x', tls)).not.toHaveProperty('tls');
  });

  it.each(['fd://3', 'tcp://host:notaport', 'tcp://host:2375/prefix', 'ssh://me:secret@host'])(
    'refuses %s as YF203 and repeats no password',
    async (url) => {
      const error = await failureOf(UpgradeError, () => parseEngineUrl(url, 'DOCKER_HOST'));
      expect(error).toMatchObject({ code: 'YF203', exitCode: 4 });
      expect(JSON.stringify([error.message, error.found, error.remedy])).not.toContain('secret');
    },
  );
});
