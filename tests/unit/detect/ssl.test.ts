import { describe, expect, it } from 'vitest';
import { tlsFor } from '../../../src/detect/ssl.js';
import { UpgradeError } from '../../../src/errors/error.js';
import { failureOf, machine } from './machine.js';

const sslFor = (...given: Parameters<typeof tlsFor>) => tlsFor(...given).ssl;

describe("tlsFor gives sslmode libpq's meaning", () => {
  it('takes prefer for nothing', () => {
    const from = machine().surroundings();
    expect(sslFor({}, 'test', from.cwd, from)).toBe('prefer');
    expect(sslFor({ sslmode: 'allow' }, 'test', from.cwd, from)).toBe('allow');
    expect(sslFor({ sslmode: 'disable' }, 'test', from.cwd, from)).toBe('disable');
  });

  it('encrypts without checking for require', () => {
    const from = machine().surroundings();
    expect(sslFor({ sslmode: 'require' }, 'test', from.cwd, from)).toEqual({ rejectUnauthorized: false });
  });

  it('checks the chain and not the host name for require or verify-ca with a root certificate', () => {
    const on = machine();
    on.write('certs/root.pem', 'the root');
    for (const sslmode of ['require', 'verify-ca']) {
      const ssl = sslFor({ sslmode, sslrootcert: 'certs/root.pem' }, 'test', on.home, on.surroundings());
      expect(ssl).toMatchObject({ ca: 'the root', rejectUnauthorized: true });
      // As node:tls calls it: undefined means that the name is accepted.
      expect((ssl as { checkServerIdentity: () => unknown }).checkServerIdentity()).toBeUndefined();
    }
  });

  it('finds the root certificate where libpq looks by itself', () => {
    const on = machine();
    on.write('.postgresql/root.crt', 'the usual root');
    const from = on.surroundings({}, { platform: 'linux' });
    expect(sslFor({ sslmode: 'require' }, 'test', from.cwd, from)).toMatchObject({
      ca: 'the usual root',
      rejectUnauthorized: true,
    });
  });

  it('checks the host name too for verify-full', () => {
    const on = machine();
    const root = on.write('root.pem', 'the root');
    const ssl = sslFor({ sslmode: 'verify-full', sslrootcert: root }, 'test', on.home, on.surroundings());
    expect(ssl).toEqual({ ca: 'the root', rejectUnauthorized: true });
    expect(sslFor({ sslrootcert: 'system' }, 'test', on.home, on.surroundings())).toEqual({ rejectUnauthorized: true });
  });

  it('reads a client certificate with its key', () => {
    const on = machine();
    const parts = {
      sslmode: 'require',
      sslcert: on.write('c.pem', 'cert'),
      sslkey: on.write('k.pem', 'key'),
      sslpassword: 'pw',
    };
    expect(sslFor(parts, 'test', on.home, on.surroundings())).toEqual({
      cert: 'cert',
      key: 'key',
      passphrase: 'pw',
      rejectUnauthorized: false,
    });
  });

  it('keeps for prefer and allow what there is of certificates, and does without what there is not', () => {
    const on = machine();
    const root = on.write('root.pem', 'the root');
    const of = (parts: Parameters<typeof tlsFor>[0]) => tlsFor(parts, 'test', on.home, on.surroundings());
    expect(of({ sslcert: 'missing.pem' })).toEqual({ ssl: 'prefer' });
    expect(of({ sslmode: 'allow', sslrootcert: root, sslcert: 'missing.pem' })).toMatchObject({
      ssl: 'allow',
      optionalTls: { ca: 'the root', rejectUnauthorized: true },
    });
    expect(of({ sslcert: on.write('c.pem', 'cert'), sslkey: on.write('k.pem', 'key') })).toEqual({
      ssl: 'prefer',
      optionalTls: { cert: 'cert', key: 'key', rejectUnauthorized: false },
    });
  });

  it('honours the versions of TLS, lists of revoked certificates, no certificate of its own, and no name of the host', () => {
    const on = machine();
    const parts = {
      sslmode: 'verify-full',
      sslrootcert: on.write('root.pem', 'the root'),
      sslcrl: on.write('root.crl', 'the list'),
      sslcert: on.write('c.pem', 'cert'),
      sslcertmode: 'disable',
      sslsni: '0',
      ssl_min_protocol_version: 'tlsv1.3',
      ssl_max_protocol_version: 'TLSv1.3',
    };
    expect(tlsFor(parts, 'test', on.home, on.surroundings())).toEqual({
      ssl: { ca: 'the root', crl: 'the list', rejectUnauthorized: true, minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' },
      sendsName: false,
    });
  });

  it('names the certificate file that cannot be read', async () => {
    const on = machine();
    const parts = { sslmode: 'verify-full', sslrootcert: 'missing.pem' };
    const error = await failureOf(UpgradeError, () => sslFor(parts, 'DATABASE_URL', on.home, on.surroundings()));
    expect(error).toMatchObject({ code: 'YF207', found: ['there is no such file'] });
    expect(error.message).toContain(`${on.home}/missing.pem`);
  });

  it.each([
    { sslmode: 'verify-ca' },
    { sslmode: 'no-verify' },
    { sslmode: 'require', sslrootcert: 'system' },
    { ssl_min_protocol_version: 'TLSv9' },
  ])('refuses %j', async (parts) => {
    const from = machine().surroundings();
    expect(await failureOf(UpgradeError, () => sslFor(parts, 'test', from.cwd, from))).toMatchObject({
      code: 'YF209',
    });
  });
});
