import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { describeWithEngine } from '../support/engine.js';
import { scenarioSql } from '../support/fixtures.js';
import { temporaryFolder } from '../support/folder.js';
import { startSocketProxy } from '../support/socket-proxy.js';
import { startTlsEngine, tlsEngineFailure, type TlsEngine } from '../support/tls-engine.js';

const name = 'yokeflow_postgres';
const isHad = process.env['REQUIRE_DOCKER'] === '1' || tlsEngineFailure === undefined;
const title = `an engine over TCP with TLS${isHad ? '' : ` (skipped: ${tlsEngineFailure})`}`;

describeWithEngine('a second engine', () => {
  describe.skipIf(!isHad)(title, () => {
    let engine: TlsEngine;
    beforeAll(async () => {
      engine = await startTlsEngine();
      await engine.startPostgres(name);
    });
    afterAll(() => engine?.stop());

    const tls = (folder = engine.certificates.right) => ({ DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder });

    const ways: [string, () => { env: Record<string, string>; args?: string[] }][] = [
      ['DOCKER_HOST', () => ({ env: { DOCKER_HOST: engine.url, ...tls() } })],
      [
        'a context',
        () => ({ env: { HOME: homeWithContext('far', engine), DOCKER_HOST: '' }, args: ['--engine', 'far'] }),
      ],
      ['--engine', () => ({ env: { DOCKER_HOST: '', ...tls() }, args: ['--engine', engine.url] })],
    ];

    it.each(ways)('named by %s is found, and its database upgraded', async (_, way) => {
      engine.fill(name, scenarioSql('1.3.0'));
      const { env, args = [] } = way();
      const status = await runCommand(['status', '--json', ...args], { env });
      const target = { kind: 'docker', container: name, engine: engine.url };
      expect(status.json()).toMatchObject({ exitCode: 10, target });
      const upgraded = await runCommand(['upgrade', '--yes', '--json', ...args], { env });
      expect(upgraded.json()).toMatchObject({ exitCode: 0, result: 'upgraded', target });
      expect(upgraded.json().backup?.bytes).toBeGreaterThan(10_000);
    });

    it('asked the wrong way is YF211, each time with what helps', async () => {
      const proxy = await startSocketProxy(() => true);
      const { otherAuthority, otherClient, authorityOnly } = engine.certificates;
      const host = { DOCKER_HOST: engine.url };
      const cases: [Record<string, string>, string, string[]?][] = [
        [host, 'set DOCKER_TLS_VERIFY=1'],
        [{ DOCKER_HOST: '' }, 'set DOCKER_TLS_VERIFY=1', ['--engine', engine.url]],
        [{ DOCKER_HOST: proxy.url, ...tls() }, 'unset DOCKER_TLS_VERIFY'],
        [{ ...host, ...tls(otherAuthority) }, 'Put the ca.pem of the authority that signed its certificate'],
        [{ ...host, ...tls(otherClient) }, 'Put the cert.pem and key.pem'],
        [{ ...host, ...tls(authorityOnly) }, 'Put the cert.pem and key.pem'],
      ];
      try {
        const outcomes = await Promise.all(
          cases.map(async ([env, , args = []]) => {
            const { json } = await runCommand(['status', '--json', ...args], { env });
            const { exitCode, error } = json();
            return { exitCode, code: error?.code, remedy: error?.remedy };
          }),
        );
        expect(outcomes).toEqual(
          cases.map(([, remedy]) => ({
            exitCode: 4,
            code: 'YF211',
            remedy: expect.stringContaining(remedy) as string,
          })),
        );
      } finally {
        proxy.stop();
      }
    });
  });
});

/** A home with a context as `docker context create` stores it, certificates and all. */
function homeWithContext(context: string, { url, certificates }: TlsEngine): string {
  const home = temporaryFolder();
  const digest = createHash('sha256').update(context).digest('hex');
  const meta = join(home, '.docker/contexts/meta', digest);
  mkdirSync(meta, { recursive: true });
  writeFileSync(join(meta, 'meta.json'), JSON.stringify({ Name: context, Endpoints: { docker: { Host: url } } }));
  cpSync(certificates.right, join(home, '.docker/contexts/tls', digest, 'docker'), { recursive: true });
  return home;
}
