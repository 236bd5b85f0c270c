import { describe, expect, it } from 'vitest';
import { chmodSync } from 'node:fs';
import { commandLineTarget, findDirect } from '../../../src/detect/direct.js';
import { parameters } from '../../../src/detect/parameters.js';
import { UpgradeError } from '../../../src/errors/error.js';
import { failureOf, machine } from './machine.js';

/** "Parameter Key Words" of PostgreSQL 18, and what 13 to 17 had besides. Written out here, so that one that is lost is noticed. */
const keywords =
  `host hostaddr port dbname user password passfile require_auth channel_binding connect_timeout client_encoding options
  application_name fallback_application_name keepalives keepalives_idle keepalives_interval keepalives_count tcp_user_timeout replication
  gssencmode sslmode requiressl sslnegotiation sslcompression sslcert sslkey sslkeylogfile sslpassword sslcertmode sslrootcert sslcrl sslcrldir sslsni
  requirepeer ssl_min_protocol_version ssl_max_protocol_version min_protocol_version max_protocol_version krbsrvname gsslib gssdelegation
  scram_client_key scram_server_key service servicefile target_session_attrs load_balance_hosts
  oauth_issuer oauth_client_id oauth_client_secret oauth_scope`
    .split(/\s+/)
    .filter((name) => name !== 'requiressl');
/** "Environment Variables" of the same. */
const variables =
  `PGHOST PGHOSTADDR PGPORT PGDATABASE PGUSER PGPASSWORD PGPASSFILE PGREQUIREAUTH PGCHANNELBINDING PGSERVICE PGSERVICEFILE PGOPTIONS
  PGAPPNAME PGSSLMODE PGREQUIRESSL PGSSLNEGOTIATION PGSSLCOMPRESSION PGSSLCERT PGSSLKEY PGSSLCERTMODE PGSSLROOTCERT PGSSLCRL PGSSLCRLDIR PGSSLSNI
  PGREQUIREPEER PGSSLMINPROTOCOLVERSION PGSSLMAXPROTOCOLVERSION PGGSSENCMODE PGKRBSRVNAME PGGSSLIB PGGSSDELEGATION PGCONNECT_TIMEOUT PGCLIENTENCODING
  PGTARGETSESSIONATTRS PGLOADBALANCEHOSTS PGMINPROTOCOLVERSION PGMAXPROTOCOLVERSION PGDATESTYLE PGTZ PGGEQO PGSYSCONFDIR PGLOCALEDIR`.split(
    /\s+/,
  );

const url = 'postgresql://agent:s3cret@db.example:5433/yokeflow?sslmode=disable';
const given = (more: string, env: Record<string, string> = {}) =>
  commandLineTarget(url + more, machine().surroundings(env));
const plain = { host: 'db.example', port: 5433, database: 'yokeflow', user: 'agent', ssl: 'disable' };

/** Values that mean something to libpq and nothing that a test would have to look up. */
const value = (name: string): string =>
  /timeout/i.test(name) ? '7' : /sslsni/i.test(name) ? '0' : /^PG?requiressl/i.test(name) ? '1' : 'Xvalue';

describe("libpq's parameters", () => {
  it('have all been thought of', () => {
    expect(parameters.map(({ keyword }) => keyword)).toEqual(expect.arrayContaining(keywords));
    expect(parameters.map(({ variable }) => variable)).toEqual(expect.arrayContaining(variables));
    for (const one of parameters)
      expect(one.treatment !== 'ignored' || one.because, one.keyword ?? one.variable).toBeTruthy();
  });

  const refused = parameters.filter(({ treatment }) => treatment === 'refused');

  it.each(refused.flatMap(({ keyword }) => keyword ?? []))(
    '?%s= is refused by name, and its value is not shown',
    async (keyword) => {
      const error = await failureOf(UpgradeError, () => given(`&${keyword}=${value(keyword)}`));
      expect(error).toMatchObject({ code: 'YF212', exitCode: 2 });
      expect(error.message).toContain(`${keyword} in --database-url`);
      expect(JSON.stringify({ ...error, message: error.message })).not.toMatch(/Xvalue|s3cret/);
    },
  );

  it.each(refused.flatMap(({ variable }) => variable ?? []))(
    '%s is refused, beside a URL that lacks it as well',
    async (variable) => {
      const env = { [variable]: value(variable) };
      expect(await failureOf(UpgradeError, () => given('', env))).toMatchObject({
        code: 'YF212',
        exitCode: 2,
        message: expect.stringContaining(`${variable} in the environment`) as string,
      });
      const from = machine().surroundings({ ...env, PGHOST: 'h', PGUSER: 'u' });
      expect(await failureOf(UpgradeError, () => findDirect('.', from))).toMatchObject({
        code: 'YF212',
        found: [`parameter: ${variable}`],
      });
    },
  );

  it.each(refused.flatMap(({ variable }) => variable ?? []))(
    '%s in a .env is refused, beside its DATABASE_URL too',
    async (variable) => {
      for (const line of [`DATABASE_URL=${url}`, 'PGHOST=h\nPGUSER=u']) {
        const on = machine();
        on.write('.env', `${line}\n${variable}=${value(variable)}\n`);
        expect(await failureOf(UpgradeError, () => findDirect('.', on.surroundings()))).toMatchObject({
          code: 'YF212',
          found: [`parameter: ${variable}`],
        });
      }
    },
  );

  it.each(refused.flatMap(({ keyword, variable, harmless = [] }) => harmless.map((same) => [keyword, variable, same])))(
    '%s (%s) at %s does no harm',
    async (keyword, variable, same) => {
      if (keyword) expect(await given(`&${keyword}=${same}`)).toMatchObject(plain);
      if (variable) expect(await given('', { [variable]: same ?? '' })).toMatchObject(plain);
    },
  );

  it.each(refused)('an empty $keyword $variable is none', async ({ keyword, variable }) => {
    expect(await given(keyword ? `&${keyword}=` : '', variable ? { [variable]: '' } : {})).toMatchObject(plain);
  });

  it.each(parameters.filter(({ treatment }) => treatment === 'ignored'))(
    '$keyword $variable leads nowhere else',
    async ({ keyword, variable }) => {
      const bare = await given('');
      expect(await given(keyword ? `&${keyword}=Xvalue` : '', variable ? { [variable]: 'Xvalue' } : {})).toEqual(bare);
    },
  );

  it('counts beside a service or hostaddr alone, which name a server too', async () => {
    const on = machine();
    on.write('.pg_service.conf', '[mine]\nhost=h\n');
    for (const env of [{ PGSERVICE: 'mine' }, { PGHOSTADDR: '10.0.0.1' }]) {
      const from = on.surroundings({ ...env, PGREQUIREPEER: 'x' });
      expect(await failureOf(UpgradeError, () => findDirect('.', from))).toMatchObject({ code: 'YF212' });
    }
  });

  it('nothing is refused of variables where no connection is named', async () => {
    expect(
      (await findDirect('.', machine().surroundings({ PGSSLCRLDIR: 'x', PGTARGETSESSIONATTRS: 'primary' }))).target,
    ).toBeUndefined();
  });
});

describe('what libpq would make of a connection string', () => {
  it('a parameter before what stands in the address, and the last of two', async () => {
    expect(
      await commandLineTarget(
        'postgresql://a@h1:1/d1?host=h2&port=2&user=b&dbname=d2&dbname=d3&password=p',
        machine().surroundings(),
      ),
    ).toMatchObject({ host: 'h2', port: 2, user: 'b', database: 'd3', password: 'p' });
  });

  it('names are percent-decoded', async () => {
    expect(await given('&host%61ddr=10.0.0.1')).toMatchObject({ host: 'db.example', hostaddr: '10.0.0.1' });
    expect(await failureOf(UpgradeError, () => given('&require%70eer=x'))).toMatchObject({
      code: 'YF212',
      found: ['parameter: requirepeer'],
    });
  });

  it('a database with a slash in its name', async () => {
    expect(await commandLineTarget('postgresql://a@h/one%2Ftwo%20three', machine().surroundings())).toMatchObject({
      database: 'one/two three',
    });
  });

  it.each(['search_path', 'pgbouncer', 'HOST', 'hostadd'])('%s is unknown to it, and refused by name', async (name) => {
    expect(await failureOf(UpgradeError, () => given(`&${name}=x`))).toMatchObject({
      code: 'YF212',
      exitCode: 2,
      found: [`parameter: ${name}`],
    });
  });

  it.each(['&password=one&s3cretTwo=x', '&s3cretTwo=x@y', '&sslpassword=a&s3cretTwo'])(
    '%s may hold a piece of a password, which is not shown',
    async (more) => {
      const error = await failureOf(UpgradeError, () => given(more));
      expect(error.code).toBe('YF212');
      expect(JSON.stringify({ ...error, message: error.message, stack: error.stack })).not.toContain('s3cret');
    },
  );

  it.each([
    ['7', 7],
    ['0', undefined],
    ['-1', undefined],
    [' 3 ', 3],
    ['99999999', 2_000_000],
  ])('connect_timeout=%s is heeded', async (written, seconds) => {
    expect((await given(`&connect_timeout=${encodeURIComponent(written)}`)).connectTimeoutSeconds).toBe(seconds);
    expect((await given('', { PGCONNECT_TIMEOUT: written })).connectTimeoutSeconds).toBe(seconds);
  });

  it.each(['soon', '1.5', '1s'])('connect_timeout=%s is none', async (written) => {
    expect(await failureOf(UpgradeError, () => given(`&connect_timeout=${written}`))).toMatchObject({
      code: 'YF209',
      exitCode: 2,
    });
  });

  it('what a URL in a .env leaves out comes from beside it, and from the environment before that', async () => {
    const on = machine();
    on.write('.env', 'DATABASE_URL=postgresql://agent@h/yokeflow\nPGPORT=5434\nPGPASSWORD=inFile\n');
    expect((await findDirect('.', on.surroundings({ PGUSER: 'nobody' }))).target).toMatchObject({
      port: 5434,
      user: 'agent',
      password: 'inFile',
    });
    expect((await findDirect('.', on.surroundings({ PGPASSWORD: 'inShell' }))).target).toMatchObject({
      port: 5434,
      password: 'inShell',
    });
  });

  it('a password file, from the connection string, the environment or a .env, in this order; but a password counts before it', async () => {
    const on = machine();
    for (const name of ['inUrl', 'inShell', 'inFile'])
      chmodSync(on.write(`checkout/${name}`, `h:5432:*:agent:${name}\n`), 0o600);
    const write = (more: string, line = 'PGPASSFILE=inFile') =>
      on.write('checkout/.env', `DATABASE_URL=postgresql://agent@h/yokeflow${more}\n${line}\n`);
    const found = async (env: Record<string, string> = {}) =>
      (await findDirect('checkout', on.surroundings(env))).target?.password;
    write('?passfile=inUrl');
    expect(await found({ PGPASSFILE: 'inShell' })).toBe('inUrl');
    write('');
    expect([await found({ PGPASSFILE: 'inShell' }), await found()]).toEqual(['inShell', 'inFile']);
    expect(await found({ PGPASSWORD: 'before' })).toBe('before');
    expect(
      (await commandLineTarget('postgresql://agent@h/yokeflow?passfile=checkout/inUrl', on.surroundings())).password,
    ).toBe('inUrl');
  });
});
