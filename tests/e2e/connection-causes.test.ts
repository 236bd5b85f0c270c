import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { runCommand } from '../support/command.js';
import { connected } from '../support/databases.js';
import { expectDocument } from '../support/expect-document.js';
import { startForeign } from '../support/foreign-server.js';
import { testServer } from '../support/server.js';
import { startStrictServer, type StrictServer } from '../support/strict-server.js';
import { withoutSlowLooks } from '../support/slow-looks.js';

const rules = [
  'local all peered peer',
  'host all rejected all reject',
  'hostssl all only_tls all scram-sha-256',
  'hostnossl all only_plain all scram-sha-256',
  'host all trusted,nobody_of_that_name,locked all trust',
  'host all identified all ident',
  'host all agent,limited,locked_with_password all scram-sha-256',
];

// 20 connections, three of them for superusers: `agent` is one, `trusted` is none.
const prepared = `
  CREATE ROLE peered LOGIN; CREATE ROLE rejected LOGIN; CREATE ROLE only_tls LOGIN PASSWORD 'right'; CREATE ROLE only_plain LOGIN PASSWORD 'right';
  CREATE ROLE trusted LOGIN; CREATE ROLE locked; CREATE ROLE identified LOGIN; CREATE ROLE limited LOGIN CONNECTION LIMIT 0 PASSWORD 'right';
  CREATE ROLE locked_with_password PASSWORD 'right'`;

describe.skipIf(process.platform === 'win32')('what keeps a connection from coming about', () => {
  let server: StrictServer;
  let foreign: Awaited<ReturnType<typeof startForeign>>;
  let web: Server;
  beforeAll(async () => {
    server = await startStrictServer(rules, [
      'max_connections=20',
      'superuser_reserved_connections=3',
      'autovacuum=off',
    ]);
    foreign = await startForeign(server.address.port);
    await connected(server.address, 'postgres', async (client) => {
      await client.query(prepared);
      for (const statement of [
        'CREATE DATABASE closed ALLOW_CONNECTIONS false',
        'CREATE DATABASE limited CONNECTION LIMIT 0',
        'CREATE DATABASE forbidden',
        'REVOKE CONNECT ON DATABASE forbidden FROM public',
      ])
        await client.query(statement);
    });
    web = createServer((socket) =>
      socket.on('error', () => undefined).once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    ).listen(0, '127.0.0.1');
    await once(web, 'listening');
  });
  afterAll(async () => {
    web?.close();
    foreign?.stop();
    await server?.stop();
  });

  /** Runs `status` and expects a refusal that is of one cause, in one code. */
  async function refused(url: string, env: Record<string, string>) {
    // Some of these causes are waited for; none of that is wanted here.
    const result = await runCommand(['status', '--json', '--wait', '0', '--database-url', url], { env });
    expect([result.exitCode, withoutSlowLooks(result.stderr)]).toEqual([4, '']);
    const { error } = expectDocument(result);
    if (!error) throw new Error('no error');
    expect(error).toMatchObject({ changed: false });
    expect(JSON.stringify(error)).not.toMatch(/SASL|must be a string/);
    // Nobody is told to give encryption up; who has done so may find his own address again.
    expect(error.remedy.replaceAll('?sslmode=disable', '')).not.toMatch(/(?<!Take )sslmode=disable/);
    return error;
  }

  const urlOf = (user: string, database: string, port: number, more = '') =>
    `postgresql://${user}@127.0.0.1:${port}/${database}?sslmode=disable${more}`;

  it.each<[string, { user?: string; database?: string; password?: string }, string, RegExp, string?]>([
    ['a wrong password', { password: 'wrong' }, 'YF205', /password, which is from PGPASSWORD/],
    [
      'no password',
      { password: '' },
      'YF217',
      /Set PGPASSWORD, or write this line .*\.pgpass.*127\.0\.0\.1:\d+:postgres:agent:PASSWORD/,
    ],
    ['a role that is not there', { user: 'nobody_of_that_name' }, 'YF205', /Correct the user/, 'YF218'],
    ['a role that may not log in', { user: 'locked' }, 'YF218', /ALTER ROLE "locked" LOGIN/],
    [
      'such a role with its password',
      { user: 'locked_with_password', password: 'right' },
      'YF218',
      /ALTER ROLE "locked_with_password" LOGIN/,
    ],
    ['no rule for the role', { user: 'unheard_of' }, 'YF216', /host postgres unheard_of ADDRESS scram-sha-256/],
    ['a rule that rejects it', { user: 'rejected' }, 'YF216', /pg_hba\.conf/],
    ['a rule of ident', { user: 'identified' }, 'YF219', /scram-sha-256/],
    ['a rule that wants TLS', { user: 'only_tls' }, 'YF220', /^Take sslmode=disable out/],
    [
      'the limit of the role',
      { user: 'limited', password: 'right' },
      'YF213',
      /ALTER ROLE "limited" CONNECTION LIMIT -1/,
    ],
    [
      'the limit of the database',
      { user: 'trusted', database: 'limited' },
      'YF213',
      /ALTER DATABASE "limited" CONNECTION LIMIT -1/,
    ],
    ['a closed database', { database: 'closed' }, 'YF214', /ALTER DATABASE "closed" ALLOW_CONNECTIONS true/],
    [
      'a database that the role may not connect to',
      { user: 'trusted', database: 'forbidden' },
      'YF218',
      /GRANT CONNECT ON DATABASE "forbidden" TO "trusted"/,
    ],
    ['a database that is not there', { database: 'missing' }, 'YF206', /Correct the database name/],
  ])(
    '%s has a code and a remedy of its own, whatever language the server speaks',
    async (_, {
      user = 'agent',
      database = 'postgres',
      password = server.address.password,
    }, code, remedy, foreignCode = code) => {
      const env = { PGPASSWORD: password };
      const [english, other] = await Promise.all(
        [server.address.port, foreign.port].map((port) => refused(urlOf(user, database, port), env)),
      );
      expect(english).toMatchObject({ code, remedy: expect.stringMatching(remedy) as string });
      // Without a password in between, only the text tells a role that is not there from one that may not log in.
      const isOpen = user === 'nobody_of_that_name' || user === 'locked';
      if (isOpen)
        expect(other).toMatchObject({
          code: 'YF218',
          message: expect.stringMatching(/has no user .*, or one that may not log in/) as string,
        });
      // The proxy has no TLS, so that cannot be what is wanted there.
      else if (code === 'YF220') expect(other?.code).toBe('YF216');
      else expect(other).toMatchObject({ code: foreignCode, remedy: expect.stringMatching(remedy) as string });
    },
  );

  it('a socket whose rule is peer', async () => {
    const { socketDir, port } = server.address;
    const error = await refused(`postgresql://peered@/postgres?host=${encodeURIComponent(socketDir)}&port=${port}`, {});
    expect(error).toMatchObject({
      code: 'YF219',
      remedy: expect.stringMatching(/sudo -u.*--database-url postgresql:\/\/peered@localhost:\d+\/postgres/) as string,
    });
  });

  it('TLS: a certificate that nobody vouches for, one of another name, a server without, and rules for one of the two ways', async () => {
    const { port, password } = server.address;
    const env = { PGPASSWORD: password };
    const [unknown, none, plainOnly] = await Promise.all([
      refused(`postgresql://agent@localhost:${port}/postgres?sslmode=verify-full`, env),
      refused(`postgresql://agent@127.0.0.1:${testServer().port}/postgres?sslmode=require`, {
        PGPASSWORD: testServer().password,
      }),
      refused(`postgresql://only_plain@127.0.0.1:${port}/postgres?sslmode=require`, { PGPASSWORD: 'right' }),
    ]);
    expect(unknown).toMatchObject({ code: 'YF211', remedy: expect.stringContaining('sslrootcert=FILE') as string });
    expect(none).toMatchObject({ code: 'YF221' });
    expect(plainOnly).toMatchObject({ code: 'YF216' });
    // As in libpq, sslmode=prefer takes the way that the rules leave open. The database is empty: exit 3.
    for (const user of ['only_tls', 'only_plain']) {
      expect(
        await runCommand(['status', '--database-url', `postgresql://${user}@127.0.0.1:${port}/postgres`], {
          env: { PGPASSWORD: 'right' },
        }),
      ).toMatchObject({ exitCode: 3 });
    }
  });

  it('something that is no PostgreSQL', async () => {
    const address = web.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    expect(await refused(`postgresql://agent@127.0.0.1:${port}/postgres`, {})).toMatchObject({
      code: 'YF222',
      remedy: expect.stringContaining('5432') as string,
    });
  });

  it('no connection that is left: for a user, and for a superuser', async () => {
    const { port, password } = server.address;
    const held: pg.Client[] = [];
    const hold = async (user: string) => {
      for (;;) {
        const client = new pg.Client({ host: '127.0.0.1', port, user, password, database: 'postgres', ssl: false });
        client.on('error', () => undefined);
        if (
          !(await client.connect().then(
            () => true,
            () => false,
          ))
        )
          return;
        held.push(client);
      }
    };
    try {
      for (const user of ['trusted', 'agent']) {
        await hold(user);
        for (const at of [port, foreign.port]) {
          expect(await refused(urlOf(user, 'postgres', at), { PGPASSWORD: password })).toMatchObject({
            code: 'YF213',
            message: expect.stringContaining('no connection left') as string,
            remedy: expect.stringContaining('pg_stat_activity') as string,
          });
        }
      }
    } finally {
      await Promise.all(held.map((client) => client.end().catch(() => undefined)));
    }
  });

  // The last one: nobody gets in afterwards.
  it('a server that is shutting down', async () => {
    const { port, password } = server.address;
    await connected(server.address, 'postgres', async () => {
      server.shutDownSmartly();
      for (const at of [port, foreign.port]) {
        for (const deadline = Date.now() + 10_000; ; ) {
          const error = await refused(urlOf('agent', 'postgres', at), { PGPASSWORD: password }).catch(
            (failure: unknown) => failure as { code?: string },
          );
          if (error.code === 'YF215' || Date.now() > deadline) {
            expect(error).toMatchObject({
              code: 'YF215',
              remedy: expect.stringContaining('Wait until it is ready') as string,
            });
            break;
          }
        }
      }
    });
  });
});
