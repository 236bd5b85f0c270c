import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { runCommand } from '../support/command.js';
import { connected } from '../support/databases.js';
import { describeWithEngine, startPostgresContainer, type PostgresContainer } from '../support/engine.js';
import { expectDocument } from '../support/expect-document.js';
import { temporaryFolder } from '../support/folder.js';
import { scenarioSql } from '../support/fixtures.js';
import { startSocketProxy } from '../support/socket-proxy.js';
import { withoutSlowLooks } from '../support/slow-looks.js';

const name = 'yokeflow_upgrade_causes';

describeWithEngine('what keeps psql in a container from connecting', () => {
  let postgres: PostgresContainer;
  beforeAll(async () => {
    postgres = await startPostgresContainer({ name });
    await postgres.query("CREATE ROLE boss SUPERUSER LOGIN PASSWORD 'boss'");
    await postgres.run('sh', '-c', 'cp "$PGDATA/pg_hba.conf" /tmp/pg_hba.conf');
  });
  afterAll(() => postgres?.stop());

  /** Runs SQL as somebody whom none of the obstacles concerns. */
  async function asBoss(...statements: string[]): Promise<void> {
    await connected({ ...(await postgres.address()), user: 'boss', password: 'boss' }, 'postgres', async (client) => {
      for (const statement of statements) await client.query(statement);
    });
  }

  async function withRule(rule: string): Promise<void> {
    await postgres.run('sh', '-c', `{ echo "${rule}"; cat /tmp/pg_hba.conf; } >"$PGDATA/pg_hba.conf"`);
    await asBoss('SELECT pg_reload_conf()');
  }

  const status = async () => {
    const result = await runCommand(['status', '--json', '--wait', '0', '--container', name], {
      engine: true,
      env: { PGPASSWORD: 'of this machine' },
    });
    const { error } = expectDocument(result);
    return { exitCode: result.exitCode, stderr: withoutSlowLooks(result.stderr), ...error };
  };

  /** As if the server spoke a language that nobody here reads: psql says something else than what the server said. */
  async function foreign<T>(work: () => Promise<T>): Promise<T> {
    const wrapper =
      '#!/bin/sh\n{ "$0.real" "$@" 2>&1 >&3 3>&- | sed -u "s/FATAL:.*/KATASTROFA: nikt nie rozumie/" >&2; } 3>&1\n';
    await postgres.run(
      'sh',
      '-c',
      `psql=$(readlink -f "$(command -v psql)") && mv "$psql" "$psql.real" && printf '%s' '${wrapper}' >"$psql" && chmod 755 "$psql"`,
    );
    try {
      return await work();
    } finally {
      await postgres.run('sh', '-c', 'psql=$(readlink -f "$(command -v psql)"); mv "$psql.real" "$psql"');
    }
  }

  it('nothing does, where the container has the password that its server asks for', async () => {
    await withRule('local all all scram-sha-256');
    expect(await status()).toMatchObject({ exitCode: 3, stderr: '' });
    expect(await foreign(status)).toMatchObject({ exitCode: 3 });
  });

  it.each<[string, { rule?: string; put?: string; away?: string }, string, RegExp, string?]>([
    [
      'another password than the container has',
      {
        rule: 'local all all scram-sha-256',
        put: "ALTER ROLE agent PASSWORD 'another'",
        away: "ALTER ROLE agent PASSWORD 'agent_dev_password'",
      },
      'YF205',
      /POSTGRES_PASSWORD.*do not reach it.*\\password agent.*docker port yokeflow_upgrade_causes 5432.*agent@localhost:5432\/yokeflow/s,
    ],
    [
      'a closed database',
      {
        put: 'ALTER DATABASE yokeflow ALLOW_CONNECTIONS false',
        away: 'ALTER DATABASE yokeflow ALLOW_CONNECTIONS true',
      },
      'YF214',
      /docker exec yokeflow_upgrade_causes psql -U agent -d postgres -c 'ALTER DATABASE "yokeflow" ALLOW_CONNECTIONS true'/,
    ],
    [
      'a database that is not there',
      { put: 'ALTER DATABASE yokeflow RENAME TO other', away: 'ALTER DATABASE other RENAME TO yokeflow' },
      'YF206',
      /POSTGRES_DB counts only when/,
    ],
    [
      'the limit of the database',
      {
        put: 'ALTER ROLE agent NOSUPERUSER; ALTER DATABASE yokeflow CONNECTION LIMIT 0',
        away: 'ALTER ROLE agent SUPERUSER; ALTER DATABASE yokeflow CONNECTION LIMIT -1',
      },
      'YF213',
      /-U SUPERUSER .*ALTER DATABASE "yokeflow" CONNECTION LIMIT -1/,
    ],
    [
      'no right to connect',
      {
        put: 'ALTER DATABASE yokeflow OWNER TO boss; ALTER ROLE agent NOSUPERUSER; REVOKE CONNECT ON DATABASE yokeflow FROM public',
        away: 'ALTER ROLE agent SUPERUSER; GRANT CONNECT ON DATABASE yokeflow TO public',
      },
      'YF218',
      /GRANT CONNECT ON DATABASE "yokeflow" TO "agent"/,
    ],
    [
      'the limit of the role',
      {
        put: 'ALTER ROLE agent NOSUPERUSER CONNECTION LIMIT 0',
        away: 'ALTER ROLE agent SUPERUSER CONNECTION LIMIT -1',
      },
      'YF213',
      /ALTER ROLE "agent" CONNECTION LIMIT -1/,
      'YF204',
    ],
    [
      'a role that may not log in',
      { put: 'ALTER ROLE agent NOLOGIN', away: 'ALTER ROLE agent LOGIN' },
      'YF218',
      /ALTER ROLE "agent" LOGIN/,
      'YF204',
    ],
    [
      'a role that is not there',
      {
        put: 'ALTER ROLE agent RENAME TO other',
        away: "ALTER ROLE other RENAME TO agent; ALTER ROLE agent PASSWORD 'agent_dev_password'",
      },
      'YF205',
      /POSTGRES_USER counts only when.*docker port yokeflow_upgrade_causes 5432.*USER@localhost:5432\/yokeflow/s,
      'YF204',
    ],
    [
      'a rule that rejects it',
      { rule: 'local all agent reject' },
      'YF216',
      /pg_hba\.conf.*local yokeflow agent scram-sha-256/,
      'YF204',
    ],
    ['a rule of peer', { rule: 'local all agent peer' }, 'YF219', /docker port yokeflow_upgrade_causes 5432/, 'YF204'],
  ])(
    '%s',
    async (_, {
      rule = 'local all all trust',
      put = 'SELECT 1',
      away = 'SELECT 1',
    }, code, remedy, foreignCode = code) => {
      await withRule(rule);
      await asBoss(...put.split('; '));
      try {
        expect(await status()).toMatchObject({
          exitCode: 4,
          stderr: '',
          code,
          remedy: expect.stringMatching(remedy) as string,
          changed: false,
        });
        const other = await foreign(status);
        expect(other).toMatchObject({
          exitCode: 4,
          code: foreignCode,
          found: [expect.stringContaining('nikt nie rozumie')] as string[],
        });
        if (foreignCode === code) expect(other.remedy).toMatch(remedy);
        else expect(other.message).toContain('ended the connection with an error of its own');
      } finally {
        await asBoss(...away.split('; '));
      }
    },
  );

  it('a proxy before the engine that forbids what it takes: at the first question, at the container, and at the program in it', async () => {
    await withRule('local all all trust');
    const isExec = (path: string) => /^\/(exec\/|containers\/[^/]+\/exec)/.test(path);
    const proxies: ((method: string, path: string) => boolean)[] = [
      () => false,
      (_, path) => path === '/_ping',
      (method, path) => method === 'GET' && !isExec(path),
      (_, path) => !path.startsWith('/exec/'),
    ];
    for (const allows of proxies) {
      const proxy = await startSocketProxy(allows);
      onTestFinished(() => proxy.stop());
      for (const args of [
        ['--container', name],
        ['upgrade', '--yes', '--container', name],
      ]) {
        const result = await runCommand([...(args[0] === 'upgrade' ? [] : ['status']), ...args, '--json'], {
          env: { DOCKER_HOST: proxy.url },
        });
        expect(result.exitCode, result.stdout).toBe(4);
        const { error } = expectDocument(result);
        expect(error).toMatchObject({
          code: 'YF210',
          found: ['a proxy before the engine forbids the request (HTTP 403)'],
          remedy: expect.stringMatching(/CONTAINERS=1, EXEC=1 and POST=1/) as string,
        });
        expect(JSON.stringify(error)).not.toContain('<');
      }
    }
    const plugin = await startSocketProxy((_, path) => !isExec(path), {
      status: 403,
      type: 'application/json',
      body: '{"message":"authorization denied by plugin opa"}',
    });
    onTestFinished(() => plugin.stop());
    const { error } = expectDocument(
      await runCommand(['status', '--container', name, '--json'], { env: { DOCKER_HOST: plugin.url } }),
    );
    expect(error).toMatchObject({
      code: 'YF210',
      found: ['the engine refused the request (HTTP 403): authorization denied by plugin opa'],
      remedy: expect.stringContaining('Ask whoever runs this engine') as string,
    });
  });

  // The last one: nobody gets in afterwards.
  it('a server that is shutting down, in any language', async () => {
    await withRule('local all all trust');
    await connected({ ...(await postgres.address()), user: 'boss', password: 'boss' }, 'postgres', async () => {
      await postgres.run('sh', '-c', 'kill -TERM 1');
      await expect
        .poll(status, { timeout: 10_000 })
        .toMatchObject({ code: 'YF215', remedy: expect.stringContaining(`docker logs --tail 20 ${name}`) as string });
      expect(await foreign(status)).toMatchObject({ code: 'YF215' });
    });
  });
});

describe('names that look like connection strings', () => {
  describeWithEngine('in a container', () => {
    it.each([
      ['a=b', 'host=nowhere'],
      ["postgresql://nobody@nowhere/x?a='b' c", 'x y'],
    ])('database %s of user %s: everything reaches the one that is meant', async (database, user) => {
      const postgres = await startPostgresContainer({ name: 'yokeflow_upgrade_names', database, user });
      onTestFinished(() => postgres.stop());
      await postgres.query(scenarioSql('1.3.0'));
      const run = async (...args: string[]) =>
        expectDocument(
          await runCommand([...args, '--json', '--container', 'yokeflow_upgrade_names'], { engine: true }),
        );
      const folder = temporaryFolder();
      const upgraded = await run(
        'upgrade',
        '--yes',
        ...(database === 'a=b' ? ['--rehearse'] : []),
        '--backup-dir',
        folder,
      );
      expect(upgraded, JSON.stringify(upgraded.error)).toMatchObject({
        exitCode: 0,
        result: 'upgraded',
        target: { database, user },
      });
      const restored = await run('restore', upgraded.backup?.file ?? '', '--yes', '--while-running');
      expect(restored, JSON.stringify(restored.error)).toMatchObject({
        exitCode: 0,
        result: 'restored',
        target: { database },
      });
      expect(await run('status')).toMatchObject({ exitCode: 10, version: { release: '1.3.0' }, target: { database } });
    });
  });
});
