import { describe, expect, it } from 'vitest';
import { findCandidates, type Questions } from '../../../src/detect/candidates.js';
import { nothingFound, SeveralDatabases, targetOf } from '../../../src/detect/choose.js';
import { sameDatabase, type Identity } from '../../../src/detect/identity.js';
import type { Binding, Place } from '../../../src/database/place.js';
import type { Detection, DirectTarget, DockerTarget, UnusableContainer } from '../../../src/database/target.js';

const engine = { source: 'DOCKER_HOST', kind: 'unix', url: 'unix:///a.sock', socketPath: '/a.sock' } as const;
const other = { ...engine, url: 'unix:///b.sock', socketPath: '/b.sock' };
const container = (name: string, more: Partial<DockerTarget> = {}): DockerTarget => ({
  kind: 'docker',
  engine,
  container: name,
  containerId: `${name}-id`.padEnd(64, '0'),
  database: 'yokeflow',
  user: 'agent',
  reason: `${name} is known`,
  ...more,
});
const published: Binding[] = [
  { address: '0.0.0.0', port: 5432 },
  { address: '::', port: 5432 },
];
const place = ({ container: name, containerId, engine: on }: DockerTarget, more: Partial<Place> = {}): Place => ({
  container: name,
  containerId,
  engine: on,
  bindings: published,
  port: 5432,
  names: [name, 'postgres'],
  addresses: ['172.18.0.2'],
  data: `${name}_data`,
  ...more,
});
const direct = (host: string, more: Partial<DirectTarget> = {}): DirectTarget => ({
  kind: 'direct',
  source: 'DATABASE_URL',
  host,
  port: 5432,
  database: 'yokeflow',
  user: 'agent',
  password: 's3cret',
  ssl: 'prefer',
  reason: 'found in DATABASE_URL',
  ...more,
});
const down = (at: Place, state: UnusableContainer['state'] = 'down'): UnusableContainer => ({
  place: at,
  state,
  failed: {
    down: 'it has exited (exit code 0)',
    paused: 'it is paused',
    unknown: 'it takes POSTGRES_DB from a file inside the container',
  }[state],
  remedy: 'Run `docker start it`.',
  ...(state !== 'unknown' && { database: 'yokeflow' }),
});
const identity = (more: Partial<Identity> = {}): Identity => ({
  systemIdentifier: '1',
  startedAt: '2026-01-01T00:00:00.000001Z',
  databaseOid: 16384,
  database: 'yokeflow',
  ...more,
});

const names: Record<string, string[]> = {
  localhost: ['127.0.0.1', '::1'],
  '127.0.0.1': ['127.0.0.1'],
  '::1': ['::1'],
  'this-machine': ['127.0.1.1'],
  '192.168.1.9': ['192.168.1.9'],
  '172.18.0.2': ['172.18.0.2'],
  'db.example': ['203.0.113.5'],
};
/** A machine; connecting to anything is a failure of the test unless `answers` says what comes of it. */
const ask = (answers: Record<string, Identity | string> = {}): Questions => ({
  own: new Set(['192.168.1.9']),
  seeHost: async ({ host, port }) => ({ host, port, addresses: names[host] ?? [] }),
  identityOf: async (target) => {
    const answer = answers[target.kind === 'docker' ? target.container : target.host];
    if (answer === undefined) throw new Error(`nobody should have connected to ${target.database}`);
    return answer;
  },
});

const compose = container('yokeflow_postgres');
const withDirect = (target: DirectTarget, more: Partial<Place> = {}): Detection => ({
  targets: [compose, target],
  attempts: [],
  places: [place(compose, more)],
  unusableContainers: [],
});
const unreachable = (target: DirectTarget): Detection => ({
  targets: [compose],
  attempts: [],
  places: [place(compose)],
  unusableContainers: [],
  unusableAddress: { source: 'DATABASE_URL', failed: 'no answer in time', target },
});

describe('one database, known without connecting', () => {
  it.each(['localhost', '127.0.0.1', '::1', 'this-machine', '192.168.1.9', '172.18.0.2'])(
    'a container and %s with its published port',
    async (host) => {
      const candidates = await findCandidates(withDirect(direct(host)), ask());
      expect(candidates).toMatchObject([{ target: { container: 'yokeflow_postgres' }, otherWays: [{ host }] }]);
      expect(targetOf(candidates[0]!)).toMatchObject({
        reason: 'yokeflow_postgres is known; DATABASE_URL leads to the same database',
        alternatives: [
          {
            kind: 'direct',
            host,
            sameDatabase: true,
            option: `--database-url ${host === '::1' ? "'postgresql://agent@[::1]:5432/yokeflow'" : `postgresql://agent@${host}:5432/yokeflow`}`,
          },
        ],
      });
    },
  );

  it('with another published port', async () => {
    const bindings = [...published, { address: '127.0.0.1', port: 15432 }];
    expect(await findCandidates(withDirect(direct('127.0.0.1', { port: 15432 }), { bindings }), ask())).toHaveLength(1);
  });

  it.each(['postgres', 'yokeflow_postgres', 'host.docker.internal'])(
    '%s of a .env, which does not even resolve here',
    async (host) => {
      expect(await findCandidates(unreachable(direct(host)), ask())).toMatchObject([
        { target: { container: 'yokeflow_postgres' }, otherWays: [{ host }] },
      ]);
    },
  );

  it('through a remote engine, its machine and a published port', async () => {
    const remote = container('yokeflow_postgres', {
      engine: { source: 'DOCKER_HOST', kind: 'ssh', url: 'ssh://db.example', host: 'db.example' },
    });
    const detection: Detection = { targets: [remote, direct('db.example')], attempts: [], places: [place(remote)] };
    expect(await findCandidates(detection, ask())).toHaveLength(1);
  });

  it('a stopped container with the data of the one that runs: compose gave it another name', async () => {
    const old = place(container('yokeflow-postgres'), { data: 'yokeflow_postgres_data' });
    expect(
      await findCandidates(
        { targets: [compose], attempts: [], places: [place(compose)], unusableContainers: [down(old)] },
        ask(),
      ),
    ).toHaveLength(1);
    expect(
      await findCandidates(
        {
          targets: [compose],
          attempts: [],
          places: [place(compose)],
          unusableContainers: [down(place(container('yokeflow-postgres')))],
        },
        ask(),
      ),
    ).toHaveLength(2);
  });

  it('a container whose user is in a file, through its port', async () => {
    const detection: Detection = {
      targets: [direct('localhost')],
      attempts: [],
      unusableContainers: [down(place(compose), 'unknown')],
    };
    expect(await findCandidates(detection, ask())).toMatchObject([
      { target: { kind: 'direct' }, place: { container: 'yokeflow_postgres' } },
    ]);
  });
});

describe('where ports do not tell, both are asked', () => {
  const sides: [string, DirectTarget, Partial<Place>][] = [
    ['a socket', direct('/var/run/postgresql'), {}],
    ['a tunnel or a pooler at another port', direct('localhost', { port: 6432 }), {}],
    [
      'an address of this machine that the container is not published at',
      direct('192.168.1.9'),
      { bindings: [{ address: '127.0.0.1', port: 5432 }] },
    ],
    [
      'localhost, where only one of its two addresses is published',
      direct('localhost'),
      { bindings: [{ address: '0.0.0.0', port: 5432 }] },
    ],
    ['a name in the world', direct('db.example'), {}],
    ['a container that publishes nothing', direct('localhost'), { bindings: [] }],
  ];
  it.each(sides)('%s: one if they say the same, two if not', async (_, target, more) => {
    const same = ask({ yokeflow_postgres: identity(), [target.host]: identity() });
    expect(await findCandidates(withDirect(target, more), same)).toHaveLength(1);
    const two = ask({
      yokeflow_postgres: identity(),
      [target.host]: identity({ startedAt: '2026-01-01T00:00:00.000002Z' }),
    });
    expect(await findCandidates(withDirect(target, more), two)).toHaveLength(2);
  });

  it('what cannot be asked is another one, and why is said', async () => {
    const found = await findCandidates(
      withDirect(direct('db.example')),
      ask({ 'db.example': 'password authentication failed' }),
    );
    expect(found[1]).toMatchObject({
      source: 'DATABASE_URL',
      unread: 'password authentication failed',
    });
    expect(
      await findCandidates(
        withDirect(direct('db.example')),
        ask({ 'db.example': identity(), yokeflow_postgres: 'no answer in time' }),
      ),
    ).toHaveLength(2);
  });
});

describe('two databases are two', () => {
  it('an address that leads nowhere, or cannot be read, beside a container', async () => {
    expect(await findCandidates(unreachable(direct('db.example')), ask())).toMatchObject([
      {},
      { source: 'DATABASE_URL', unusable: { failed: 'no answer in time' } },
    ]);
    const unread: Detection = {
      targets: [compose],
      attempts: [],
      places: [place(compose)],
      unusableAddress: { source: 'DATABASE_URL', failed: 'it cannot be read' },
    };
    expect(await findCandidates(unread, ask())).toHaveLength(2);
  });

  it('another database of the same server', async () => {
    const [, second] = await findCandidates(withDirect(direct('localhost', { database: 'other' })), ask());
    expect(second).toMatchObject({
      database: 'other',
      note: 'another database of the server in container yokeflow_postgres',
    });
  });

  it('an address at the port that a stopped container publishes, which leads to something else', async () => {
    const detection: Detection = {
      targets: [direct('localhost')],
      attempts: [],
      unusableContainers: [down(place(compose))],
    };
    const found = await findCandidates(detection, ask());
    expect(found).toMatchObject([
      { unusable: { state: 'down' } },
      { note: 'something else than the container yokeflow_postgres answers at the port that this one publishes' },
    ]);
  });

  it('but a paused one takes connections itself, and nothing answers', async () => {
    const detection: Detection = {
      targets: [direct('localhost')],
      attempts: [],
      unusableContainers: [down(place(compose), 'paused')],
    };
    const found = await findCandidates(detection, ask());
    expect(found).toHaveLength(1);
    expect(found[0]?.target).toBeUndefined();
  });

  it('one name on two engines: the option is the id', async () => {
    const twin = container('yokeflow_postgres', { engine: other, containerId: 'f'.repeat(64) });
    const found = await findCandidates(
      { targets: [compose, twin], attempts: [], places: [place(compose), place(twin)] },
      ask(),
    );
    const error = new SeveralDatabases(found.map((candidate) => ({ candidate, holds: '1.3.0, 3 projects' })));
    expect(error).toMatchObject({
      code: 'YF318',
      exitCode: 3,
      candidates: [
        { option: `--container ${compose.containerId.slice(0, 12)}` },
        { option: '--container ffffffffffff', holds: '1.3.0, 3 projects' },
      ],
    });
    expect(error.found[1]).toBe(
      'yokeflow in container yokeflow_postgres on unix:///b.sock: 1.3.0, 3 projects. To choose it: --container ffffffffffff',
    );
  });

  it('each with the option that chooses it, without its password', async () => {
    const found = await findCandidates(
      { ...unreachable(direct('db.example')), unusableContainers: [down(place(container('yokeflow-postgres')))] },
      ask(),
    );
    const error = new SeveralDatabases(found.map((candidate) => ({ candidate, holds: null })));
    expect(error.found).toEqual([
      'yokeflow in container yokeflow_postgres. To choose it: --container yokeflow_postgres',
      'yokeflow in container yokeflow-postgres: it has exited (exit code 0). Run `docker start it`. To choose it: --container yokeflow-postgres',
      'yokeflow on db.example:5432, from DATABASE_URL: no answer in time. To choose it: --database-url postgresql://agent@db.example:5432/yokeflow',
    ]);
    expect(JSON.stringify(error)).not.toContain('s3cret');
  });

  it('what the user chose says so, and has the others beside it', async () => {
    const [first, second] = await findCandidates(unreachable(direct('db.example')), ask());
    expect(targetOf(first!, [{ candidate: second!, holds: null }])).toMatchObject({
      reason: 'chosen by you',
      alternatives: [{ kind: 'direct', host: 'db.example', sameDatabase: false, unusable: 'no answer in time' }],
    });
  });
});

describe('two identities', () => {
  it.each<[string, boolean | undefined, Partial<Identity>, Partial<Identity>]>([
    ['the same', true, {}, {}],
    ['of a role that may not ask for the identifier', true, { systemIdentifier: null }, {}],
    ['of a standby, or a copy of the files', false, {}, { startedAt: '2026-01-02T00:00:00.000001Z' }],
    ['of two servers that started together', false, {}, { systemIdentifier: '2' }],
    ['of two databases of one server', false, {}, { databaseOid: 16385, database: 'other' }],
    ['of which the start is not known', undefined, { startedAt: null }, {}],
  ])('%s: %s', (_, same, a, b) => {
    expect(sameDatabase(identity(a), identity(b))).toBe(same);
    expect(sameDatabase(identity(b), identity(a))).toBe(same);
  });
});

it('a direct address says that there was no container, and nothing at all lists every attempt', async () => {
  const [only] = await findCandidates({ targets: [direct('db.example')], attempts: [] }, ask());
  expect(targetOf(only!)?.reason).toBe("found in DATABASE_URL; no container of YokeFlow's could be used");
  const error = nothingFound([
    { tried: 'DATABASE_URL', failed: 'not set' },
    { tried: '/p/.env', failed: 'no .env there' },
  ]);
  expect(error).toMatchObject({
    code: 'YF201',
    exitCode: 4,
    found: ['DATABASE_URL: not set', '/p/.env: no .env there'],
  });
});
