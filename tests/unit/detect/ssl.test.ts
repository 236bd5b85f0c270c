import { describe, expect, it } from 'vitest';
import { sslFor } from '../../../src/detect/ssl.js';
import { UpgradeError } from '../../../src/errors/error.js';
import { failureOf, machine } from './machine.js';

describe("sslFor gives sslmode libpq's meaning", () => {
  it('takes prefer for nothing and for allow', () => {
    const from = machine().surroundings();
    expect(sslFor({}, 'test', from.cwd, from)).toBe('prefer');
    expect(sslFor({ sslmode: 'allow' }, 'test', from.cwd, from)).toBe('prefer');
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

  it('names the certificate file that cannot be read', async () => {
    const on = machine();
    const parts = { sslmode: 'verify-full', sslrootcert: 'missing.pem' };
    const error = await failureOf(UpgradeError, () => sslFor(parts, 'DATABASE_URL', on.home, on.surroundings()));
    expect(error).toMatchObject({ code: 'YF207', found: ['there is no such file'] });
    expect(error.message).toContain(`${on.home}/missing.pem`);
  });

  it.each([{ sslmode: 'verify-ca' }, { sslmode: 'no-verify' }, { sslmode: 'require', sslrootcert: 'system' }])(
    'refuses %j',
    async (parts) => {
      const from = machine().surroundings();
      expect(await failureOf(UpgradeError, () => sslFor(parts, 'test', from.cwd, from))).toMatchObject({
        code: 'YF209',
      });
    },
  );
});
