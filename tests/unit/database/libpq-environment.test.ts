import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { withLibpqEnvironment } from '../../../src/database/programs/libpq-environment.js';
import type { DirectTarget } from '../../../src/database/target.js';

const target: DirectTarget = {
  kind: 'direct',
  source: 'test',
  host: 'db',
  port: 5433,
  database: 'yokeflow',
  user: 'agent',
  password: 's3cret',
  ssl: 'prefer',
  reason: '',
};
const connection = { database: 'a=b', applicationName: 'app' };

/** The PG* variables, and what the files that they name hold. */
async function variables(ssl: DirectTarget['ssl'], more: Partial<DirectTarget> = {}) {
  let files: string[] = [];
  const seen = await withLibpqEnvironment({ ...target, ssl, ...more }, connection, async (env) => {
    const own = Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('PG')));
    files = Object.values(own).filter((value): value is string => typeof value === 'string' && existsSync(value));
    for (const file of files) if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    return Object.fromEntries(
      Object.entries(own).map(([name, value = '']) => [
        name,
        files.includes(value) ? readFileSync(value, 'utf8') : value,
      ]),
    );
  });
  expect(
    files.filter((file) => existsSync(file)),
    'files that outlive the run',
  ).toEqual([]);
  return seen;
}

it('is that of the target, and nothing of this process', async () => {
  vi.stubEnv('PGHOST', 'elsewhere');
  vi.stubEnv('PGSERVICE', 'another');
  vi.stubEnv('PGPASSWORD', 'of another server');
  try {
    const common = {
      PGHOST: 'db',
      PGPORT: '5433',
      PGUSER: 'agent',
      PGDATABASE: 'a=b',
      PGAPPNAME: 'app',
      PGCONNECT_TIMEOUT: '5',
    };
    expect(await variables('disable')).toEqual({ ...common, PGPASSWORD: 's3cret', PGSSLMODE: 'disable' });
    const { password: _, ...without } = target;
    const env = await withLibpqEnvironment({ ...without, options: '-c a=b' }, connection, async (seen) => seen);
    expect(env).toMatchObject({ ...common, PGOPTIONS: '-c a=b', PGSSLMODE: 'prefer' });
    expect(
      await withLibpqEnvironment({ ...without, connectTimeoutSeconds: 3 }, connection, async (seen) => seen),
    ).toMatchObject({ PGCONNECT_TIMEOUT: '3' });
    expect(env).not.toHaveProperty('PGPASSWORD');
    expect(
      await withLibpqEnvironment(
        { ...without, passwordFile: { path: '/my/passwords' } },
        connection,
        async (seen) => seen,
      ),
    ).toMatchObject({ PGPASSFILE: '/my/passwords' });
    expect(env).not.toHaveProperty('PGSERVICE');
  } finally {
    vi.unstubAllEnvs();
  }
});

it("gives sslmode back libpq's meaning", async () => {
  expect(await variables({ rejectUnauthorized: false })).toMatchObject({ PGSSLMODE: 'require' });
  expect(await variables({ rejectUnauthorized: true, ca: 'CA', checkServerIdentity: () => undefined })).toMatchObject({
    PGSSLMODE: 'verify-ca',
    PGSSLROOTCERT: 'CA',
  });
  expect(await variables({ rejectUnauthorized: true, ca: 'CA' })).toMatchObject({
    PGSSLMODE: 'verify-full',
    PGSSLROOTCERT: 'CA',
  });
  const system = await variables({ rejectUnauthorized: true });
  expect(system['PGSSLMODE']).toBe('verify-full');
  expect(system['PGSSLROOTCERT']).toMatch(/^-----BEGIN CERTIFICATE-----/);
});

it('is what prefer and allow may use, and the address that was chosen', async () => {
  const optionalTls = { rejectUnauthorized: true, ca: 'CA', checkServerIdentity: () => undefined, crl: 'LIST' };
  expect(await variables('allow', { optionalTls, address: '10.0.0.1', sendsName: false })).toMatchObject({
    PGSSLMODE: 'allow',
    PGSSLROOTCERT: 'CA',
    PGSSLCRL: 'LIST',
    PGSSLSNI: '0',
    PGHOSTADDR: '10.0.0.1',
  });
  expect(
    await variables({ rejectUnauthorized: false, minVersion: 'TLSv1.3' }, { hostaddr: '::1', address: '10.0.0.1' }),
  ).toMatchObject({ PGSSLMINPROTOCOLVERSION: 'TLSv1.3', PGHOSTADDR: '::1' });
});

it('hands on a client certificate, and opens its key', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const locked = privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'open sesame',
  }) as string;
  const seen = await variables({ rejectUnauthorized: false, cert: 'CERT', key: locked, passphrase: 'open sesame' });
  expect(seen).toMatchObject({ PGSSLCERT: 'CERT', PGSSLKEY: privateKey.export({ type: 'pkcs8', format: 'pem' }) });
});
