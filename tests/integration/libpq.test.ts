import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connector } from '../../src/database/connect.js';
import { settle, withPassword } from '../../src/database/direct/settle.js';
import { withLibpqEnvironment } from '../../src/database/programs/libpq-environment.js';
import { detect } from '../../src/detect/detect.js';
import { readIdentity } from '../../src/detect/identity.js';
import { UpgradeError } from '../../src/errors/error.js';
import { realSurroundings } from '../../src/machine/surroundings.js';
import { failureOf } from '../unit/detect/machine.js';
import { createDatabaseOn, type TestDatabase } from '../support/databases.js';
import { startReplicated, type ReplicatedDatabase } from '../support/standby.js';
import { startStrictServer, type StrictServer } from '../support/strict-server.js';

/** A way of saying which server is meant, and where libpq goes with it. */
interface Case {
  /** The connection string; without it, variables or `.env`. */
  readonly text?: string;
  readonly env?: Record<string, string>;
  /** Files of the home folder, which is the current one too. */
  readonly files?: Record<string, string>;
  /** The server, or the code of the error. */
  readonly leadsTo: 'primary' | 'standby' | 'strict' | `YF${number}`;
  readonly user?: string;
  /** Why psql is not asked: it is older than the parameter, or reads no `.env`. */
  readonly notPsql?: string;
}

let replicated: ReplicatedDatabase;
let strict: StrictServer;
let strictDatabase: TestDatabase;
const ports = { primary: 0, standby: 0, strict: 0 };
const rules = [
  'local all all trust',
  'hostnossl all plain 127.0.0.1/32 trust',
  'hostssl all plain all reject',
  'hostssl all secure 127.0.0.1/32 trust',
  'hostnossl all secure all reject',
  'host all all 127.0.0.1/32 scram-sha-256',
];

beforeAll(async () => {
  [replicated, strict] = await Promise.all([startReplicated('SELECT 1'), startStrictServer(rules)]);
  Object.assign(ports, {
    primary: replicated.primary.port,
    standby: replicated.standby.port,
    strict: strict.address.port,
  });
  strictDatabase = await createDatabaseOn(strict.address, {
    name: 'yokeflow',
    sql: 'CREATE ROLE plain LOGIN; CREATE ROLE secure LOGIN',
  });
});
afterAll(() => Promise.all([replicated?.stop(), strict?.stop()]));

/** P, S and T are the ports, D the socket folder of the third server; X is a port at which nothing listens. */
const filled = (text: string) =>
  text
    .replaceAll('<P>', String(ports.primary))
    .replaceAll('<S>', String(ports.standby))
    .replaceAll('<T>', String(ports.strict))
    .replaceAll('<D>', strict.address.socketDir ?? '')
    .replaceAll('<X>', '9');

const login = 'user=agent password=replicated dbname=yokeflow';
const url = 'postgresql://agent:replicated@';
const both = `${url}127.0.0.1:<P>,127.0.0.1:<S>/yokeflow`;
const reversed = `${url}127.0.0.1:<S>,127.0.0.1:<P>/yokeflow`;
const service = `[other]\nhost=nowhere.invalid\n\n# ours\n[ours]\nhost=127.0.0.1\nport=<P>\nport=9\ndbname=yokeflow\nuser=agent\npassword=replicated \n[ours]\nport=9\n`;

const cases: Record<string, Case> = {
  'a keyword string': { text: `host=127.0.0.1 port=<P> ${login}`, leadsTo: 'primary' },
  'blanks around =, and quotes': {
    text: String.raw`host = '127.0.0.1' port= <P>  user='ag\ent' password=rep\licated dbname = yokeflow`,
    leadsTo: 'primary',
  },
  'the last of two': { text: `host=127.0.0.1 port=<X> ${login} port=<S>`, leadsTo: 'standby' },
  'a quote that does not end': { text: `host=127.0.0.1 port=<P> ${login} options='x`, leadsTo: 'YF209' },
  'a word without =': { text: `host=127.0.0.1 port=<P> ${login} more`, leadsTo: 'YF209' },
  'a keyword that is none': { text: `host=127.0.0.1 port=<P> ${login} hst=a`, leadsTo: 'YF212' },
  'hostaddr beside a host that does not resolve': {
    text: `host=nowhere.invalid hostaddr=127.0.0.1 port=<P> ${login}`,
    leadsTo: 'primary',
  },
  'hostaddr alone, from the environment': {
    env: { PGHOSTADDR: '127.0.0.1', PGPORT: '<S>', PGUSER: 'agent', PGPASSWORD: 'replicated', PGDATABASE: 'yokeflow' },
    leadsTo: 'standby',
  },
  'PGHOSTADDR beside a URL': {
    text: `${url}nowhere.invalid:<P>/yokeflow`,
    env: { PGHOSTADDR: '127.0.0.1' },
    leadsTo: 'primary',
  },
  'a hostaddr that is a name': { text: `hostaddr=localhost port=<P> ${login}`, leadsTo: 'YF209' },
  'more addresses than hosts': { text: `host=a hostaddr=127.0.0.1,127.0.0.1 port=<P> ${login}`, leadsTo: 'YF209' },
  'more ports than hosts': { text: `host=127.0.0.1 port=<P>,<S> ${login}`, leadsTo: 'YF209' },
  'a service': { env: { PGSERVICE: 'ours' }, files: { '.pg_service.conf': service }, leadsTo: 'primary' },
  'service= in a string': { text: 'service=ours', files: { '.pg_service.conf': service }, leadsTo: 'primary' },
  'service= in a URL, which counts more': {
    text: 'postgresql://:<S>?service=ours',
    files: { '.pg_service.conf': service },
    leadsTo: 'standby',
  },
  'a service before the environment': {
    env: { PGSERVICE: 'ours', PGPORT: '<S>', PGHOST: 'nowhere.invalid' },
    files: { '.pg_service.conf': service },
    leadsTo: 'primary',
  },
  'PGSERVICEFILE, and not the usual one': {
    env: { PGSERVICE: 'ours', PGSERVICEFILE: 'mine.conf' },
    files: { '.pg_service.conf': '[ours]\nport=9', 'mine.conf': service },
    leadsTo: 'primary',
  },
  'the file of PGSYSCONFDIR last': {
    env: { PGSERVICE: 'ours', PGSYSCONFDIR: 'etc' },
    files: { '.pg_service.conf': '[others]\nport=9', 'etc/pg_service.conf': service },
    leadsTo: 'primary',
  },
  'a service that is nowhere': {
    text: 'service=mine',
    files: { '.pg_service.conf': service },
    leadsTo: 'YF231',
  },
  'a service file that is not there': {
    text: `${url}127.0.0.1:<P>/yokeflow?service=ours`,
    env: { PGSERVICEFILE: 'none.conf' },
    leadsTo: 'YF231',
  },
  'a service in a service': {
    text: 'service=ours',
    files: { '.pg_service.conf': '[ours]\nservice=other\n' },
    leadsTo: 'YF231',
  },
  'blanks in a service file': {
    text: 'service=ours',
    files: { '.pg_service.conf': '[ours]\nhost = 127.0.0.1\n' },
    leadsTo: 'YF231',
  },
  'passfile= of each host by itself': {
    text: 'host=127.0.0.1,127.0.0.1 port=<X>,<T> user=agent dbname=yokeflow passfile=mine',
    files: { mine: '127.0.0.1:<X>:*:*:wrong\n127.0.0.1:<T>:yokeflow:agent:strict-password\n' },
    leadsTo: 'strict',
  },
  'a name with two addresses, of which one is served': { text: `${url}localhost:<P>/yokeflow`, leadsTo: 'primary' },
  'the first of several hosts': { text: both, leadsTo: 'primary' },
  'the first that answers': {
    text: `${url}127.0.0.1:<X>,nowhere.invalid,127.0.0.1:<S>,127.0.0.1:<P>/yokeflow`,
    leadsTo: 'standby',
  },
  'one port for all hosts': { text: `host=nowhere.invalid,127.0.0.1 port=<P> ${login}`, leadsTo: 'primary' },
  'a login that is refused ends it': {
    text: `host=127.0.0.1,127.0.0.1 port=<T>,<P> ${login}`,
    leadsTo: 'YF205',
  },
  'no host that answers': { text: `${url}127.0.0.1:<X>,nowhere.invalid/yokeflow`, leadsTo: 'YF204' },
  'several hosts of the environment': {
    env: {
      PGHOST: '127.0.0.1,127.0.0.1',
      PGPORT: '<S>,<P>',
      PGTARGETSESSIONATTRS: 'read-write',
      PGUSER: 'agent',
      PGPASSWORD: 'replicated',
      PGDATABASE: 'yokeflow',
    },
    leadsTo: 'primary',
  },
  'read-write': { text: `${reversed}?target_session_attrs=read-write`, leadsTo: 'primary' },
  primary: { text: `${reversed}?target_session_attrs=primary`, leadsTo: 'primary' },
  'read-only': { text: `${both}?target_session_attrs=read-only`, leadsTo: 'standby' },
  standby: { text: `${both}?target_session_attrs=standby`, leadsTo: 'standby' },
  'prefer-standby': { text: `${both}?target_session_attrs=prefer-standby`, leadsTo: 'standby' },
  'prefer-standby without one': {
    text: `${url}127.0.0.1:<P>/yokeflow?target_session_attrs=prefer-standby`,
    leadsTo: 'primary',
  },
  'read-write of a standby': { text: `${url}127.0.0.1:<S>/yokeflow?target_session_attrs=read-write`, leadsTo: 'YF232' },
  'a kind of server that is none': { text: `${both}?target_session_attrs=fast`, leadsTo: 'YF209' },
  'load_balance_hosts, where one will do': {
    text: `${both}?target_session_attrs=primary&load_balance_hosts=random`,
    leadsTo: 'primary',
    notPsql: 'it is of PostgreSQL 16',
  },
  'a socket': { text: 'host=<D> port=<T> user=plain dbname=yokeflow', leadsTo: 'strict', user: 'plain' },
  'a socket in a URL, after a host that is down': {
    text: 'postgresql://plain@127.0.0.1:<X>,<D/>:<T>/yokeflow',
    leadsTo: 'strict',
    user: 'plain',
  },
  'prefer, where the user is admitted without TLS only': {
    text: 'postgresql://plain@127.0.0.1:<T>/yokeflow',
    leadsTo: 'strict',
    user: 'plain',
  },
  'prefer, where the user is admitted with TLS only': {
    text: 'postgresql://secure@127.0.0.1:<T>/yokeflow',
    leadsTo: 'strict',
    user: 'secure',
  },
  'allow, where the user is admitted without TLS only': {
    text: 'postgresql://plain@127.0.0.1:<T>/yokeflow?sslmode=allow',
    leadsTo: 'strict',
    user: 'plain',
  },
  'allow, where the user is admitted with TLS only': {
    text: 'postgresql://secure@127.0.0.1:<T>/yokeflow?sslmode=allow',
    leadsTo: 'strict',
    user: 'secure',
  },
  'require, where the user is admitted without TLS only': {
    text: 'postgresql://plain@127.0.0.1:<T>/yokeflow?sslmode=require',
    leadsTo: 'YF216',
  },
  'require, of hosts whose first has no TLS': {
    text: 'host=127.0.0.1,127.0.0.1 port=<P>,<T> user=secure dbname=yokeflow sslmode=require',
    leadsTo: 'YF221',
  },
  'prefer, of hosts whose first has no TLS': {
    text: `host=127.0.0.1 port=<P> sslmode=prefer ${login}`,
    leadsTo: 'primary',
  },
  'a .env with a keyword string': {
    files: { '.env': `DATABASE_URL="host=127.0.0.1 port=<S> ${login}"\n` },
    leadsTo: 'standby',
    notPsql: 'it reads no .env',
  },
  'a .env with POSTGRES_* alone': {
    files: { '.env': 'POSTGRES_USER=agent\nPOSTGRES_PASSWORD=replicated\nPOSTGRES_DB=yokeflow\nPOSTGRES_PORT=<P>\n' },
    leadsTo: 'primary',
    notPsql: 'it reads no .env',
  },
};

/** A home folder with the files of a case. */
async function home({ files = {} }: Case): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'yokeflow-upgrade-libpq-'));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content, { mode: 0o600 });
  }
  return folder;
}

/** Where this program goes: the server by its start, with the user; or the code of the error. */
async function ours({ text, env }: Case, cwd: string): Promise<string> {
  const real = realSurroundings({ HOME: cwd, USERPROFILE: cwd, DOCKER_HOST: `unix://${cwd}/none.sock`, ...env });
  try {
    const surroundings = { ...real, cwd, userName: 'nobody' };
    const { targets, unusableAddress } = await detect({ project: '.', databaseUrl: text, surroundings });
    const [target] = targets;
    if (target?.kind !== 'direct') return unusableAddress?.failed ?? 'nothing found';
    const session = await connector(target)();
    const identity = await readIdentity(session).finally(() => session.close());
    return `${identity.startedAt} ${target.user} ${target.port}`;
  } catch (error) {
    if (error instanceof UpgradeError) return error.code;
    throw error;
  }
}

const select = `SELECT to_char(pg_postmaster_start_time() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at`;

/** Where psql goes; undefined where it does not get in. */
async function psqls({ text, env }: Case, cwd: string): Promise<string | undefined> {
  const sql = `${select}, current_user, current_setting('port')`;
  return promisify(execFile)('psql', ['-X', '-w', '-A', '-t', '-F', ' ', '-c', sql, ...(text ? ['-d', text] : [])], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd, PGCONNECT_TIMEOUT: '5', ...env },
  }).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}

const fill = (one: Case): Case =>
  JSON.parse(
    filled(JSON.stringify(one)).replaceAll('<D/>', encodeURIComponent(strict.address.socketDir ?? '')),
  ) as Case;

async function startOf(server: 'primary' | 'standby' | 'strict'): Promise<string> {
  const [row] = await (server === 'strict' ? strictDatabase : replicated[server]).query<{ at: string }>(select);
  return row?.at ?? '';
}

const hasPsql = await promisify(execFile)('psql', ['--version']).then(
  () => true,
  () => false,
);

/** What came of each case, from here and from psql. All of them at once: a test each would take a second. */
const seen = new Map<string, { readonly here: string; readonly there: string | undefined }>();

async function see(name: string, one: Case): Promise<void> {
  const folder = await home(one);
  const [here, there] = await Promise.all([ours(one, folder), hasPsql ? psqls(one, folder) : undefined]);
  seen.set(name, { here, there });
  await rm(folder, { recursive: true, force: true });
}

describe('a connection leads where libpq goes with it', () => {
  const starts = { primary: '', standby: '', strict: '' };
  beforeAll(async () => {
    for (const server of ['primary', 'standby', 'strict'] as const) starts[server] = await startOf(server);
    const all = Object.entries(cases);
    for (let i = 0; i < all.length; i += 10)
      await Promise.all(all.slice(i, i + 10).map(([name, written]) => see(name, fill(written))));
  });

  it.each(Object.entries(cases))('%s', (name, { leadsTo, user = 'agent', notPsql }) => {
    const { here, there } = seen.get(name) ?? {};
    const isServer = (to: string): to is keyof typeof starts => to in starts;
    const expected = isServer(leadsTo) ? `${starts[leadsTo]} ${user} ${ports[leadsTo]}` : leadsTo;
    expect(here).toBe(expected);
    if (hasPsql && notPsql === undefined) expect(there, 'psql').toBe(isServer(leadsTo) ? expected : undefined);
  });
});

describe('several hosts', () => {
  const at = (url: string) => detect({ databaseUrl: filled(url), project: '.', surroundings: realSurroundings({}) });

  it('one that accepts connections and says nothing is passed over in time, and named with its reason', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const hosts = `127.0.0.1:${port},127.0.0.1:<P>/yokeflow`;
    try {
      for (const [more, most] of [
        ['', 4500],
        ['?connect_timeout=1', 2500],
      ] as const) {
        const begun = performance.now();
        const { targets } = await at(`${url}${hosts}${more}`);
        expect(performance.now() - begun).toBeLessThan(most);
        expect(targets).toMatchObject([{ port: ports.primary, passedOver: [`127.0.0.1:${port}: timeout expired`] }]);
      }
    } finally {
      server.close();
    }
  });

  it('each that was tried is named where the last refuses the login', async () => {
    const { targets } = await at('postgresql://agent:wrong@127.0.0.1:9,127.0.0.1:<P>/yokeflow');
    const [target] = targets;
    if (target?.kind !== 'direct') throw new Error('no target');
    expect(await failureOf(UpgradeError, () => connector(target)())).toMatchObject({
      code: 'YF205',
      found: [
        expect.stringContaining('agent'),
        'tried before it: 127.0.0.1:9: nothing listens there (connection refused)',
      ],
    });
  });

  it('once taken, a server stays the one for psql and pg_dump too', async () => {
    const { targets } = await at(
      `${url}nowhere.invalid,localhost:<P>,127.0.0.1:<S>/yokeflow`.replace('invalid,', 'invalid:9,'),
    );
    const [target] = targets;
    if (target?.kind !== 'direct') throw new Error('no target');
    expect(target).toMatchObject({ host: 'localhost', address: '127.0.0.1', port: ports.primary });
    expect(target).not.toHaveProperty('hosts');
    const connection = { database: 'yokeflow', applicationName: 'test' };
    const env = await withLibpqEnvironment(target, connection, (all) => Promise.resolve(all));
    expect(env).toMatchObject({ PGHOST: 'localhost', PGHOSTADDR: '127.0.0.1', PGPORT: String(ports.primary) });
  });

  it('which of them is a primary can be asked once there is a password', async () => {
    const [target] = (await at(`${reversed.replace(':replicated', '')}?target_session_attrs=primary`)).targets;
    if (target?.kind !== 'direct') throw new Error('no target');
    expect(await failureOf(UpgradeError, () => connector(target)())).toMatchObject({ code: 'YF217' });
    const typed = await settle(withPassword(target, { password: 'replicated', passwordFrom: 'what was typed' }));
    expect(typed).toMatchObject({ port: ports.primary, password: 'replicated' });
    await (await connector(typed)()).close();
  });

  it('random takes each of them, sooner or later', async () => {
    const taken = new Set<number>();
    for (let i = 0; i < 40 && taken.size < 2; i++) {
      const [target] = (await at(`${both}?load_balance_hosts=random`)).targets;
      if (target?.kind === 'direct') taken.add(target.port);
    }
    expect([...taken].sort()).toEqual([ports.primary, ports.standby].sort());
  });
});

it('the name of the host counts for TLS, and the address for the connection', async () => {
  const folder = await home({ leadsTo: 'strict', files: { 'root.crt': await certificateOf(ports.strict) } });
  const see = (host: string, more = '') =>
    ours(
      {
        leadsTo: 'strict',
        text: `${host} port=${ports.strict} user=secure dbname=yokeflow sslmode=verify-full sslrootcert=root.crt ${more}`,
      },
      folder,
    );
  try {
    expect(await see('host=localhost hostaddr=127.0.0.1')).toContain(` secure ${ports.strict}`);
    expect(await see('host=localhost')).toContain(` secure ${ports.strict}`);
    expect(await see('host=localhost', 'sslsni=0 ssl_min_protocol_version=TLSv1.3')).toContain(' secure ');
    expect(await see('host=other.invalid hostaddr=127.0.0.1')).toBe('YF211');
    expect(await see('host=127.0.0.1')).toBe('YF211');
    expect(await see('hostaddr=127.0.0.1')).toBe('YF209');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** The certificate of a server, in PEM. Asks for TLS as a client of PostgreSQL does ("SSL Session Encryption" of its protocol). */
async function certificateOf(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]));
  await once(socket, 'data');
  const secure = tls.connect({ socket, rejectUnauthorized: false });
  await once(secure, 'secureConnect');
  const { raw } = secure.getPeerCertificate();
  secure.destroy();
  return `-----BEGIN CERTIFICATE-----\n${raw.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}
