import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromInspect, type InspectedContainer } from '../../../src/detect/inspect.js';
import { kinshipOf, type Listed } from '../../../src/detect/kinship.js';
import { isSameFolder } from '../../../src/detect/same-folder.js';
import { keptVolumes } from '../../../src/detect/volumes.js';
import { lastLogLines } from '../../../src/detect/log-lines.js';
import { phaseIn } from '../../../src/database/container-phase.js';
import { rememberPassword } from '../../../src/redaction/redact.js';

const engine = { source: 'test', kind: 'unix', url: 'unix:///a.sock', socketPath: '/a.sock' } as const;
const folder = new URL('../../../fixtures/containers/seen/', import.meta.url);

function seen(name: string): { listed: Listed; inspected: InspectedContainer } {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as ReturnType<typeof seen>;
}

/** What is expected of each saved document: its kinship, and what its inspection says. */
const documents: Record<string, readonly [kinship: string, finding: object]> = {
  'compose-v1-docker-20': [
    'yokeflow',
    {
      usable: true,
      target: { container: 'yokeflow_postgres_1', database: 'yokeflow', user: 'agent' },
      place: {
        image: 'postgres:15',
        state: 'running',
        project: 'yokeflow',
        folder: '/srv/yokeflow',
        bindings: [{ address: '127.0.0.1', port: 15432 }],
        data: 'yokeflow_postgres_data',
      },
    },
  ],
  'compose-v2-docker-25': [
    'postgres',
    {
      usable: true,
      target: { database: 'shop', user: 'agent' },
      place: {
        project: 'shop',
        service: 'postgres',
        names: expect.arrayContaining(['shop-postgres-1', 'postgres']) as string[],
      },
    },
  ],
  'swarm-docker-20': [
    'postgres',
    {
      usable: true,
      target: { database: 'yokeflow' },
      place: { swarmService: 'flow_postgres', project: 'flow', bindings: [] },
    },
  ],
  'podman-4-compose': [
    'postgres',
    {
      usable: false,
      canStart: true,
      failed: 'it is not running (created)',
      place: { folder: '/srv/flow', project: 'flow' },
      database: 'yokeflow',
    },
  ],
  'bitnami-docker-28': [
    'postgres',
    {
      usable: true,
      target: { database: 'yokeflow', user: 'agent' },
      place: { state: 'running, unhealthy', data: 'pg17' },
    },
  ],
  'timescale-podman-5': [
    'postgres',
    {
      usable: false,
      isFailing: true,
      failed: 'it has exited (exit code 1)',
      place: { container: 'pg', port: 5433, bindings: [{ address: '', port: 5433 }] },
    },
  ],
  'podman-3-bare': [
    'name',
    { usable: false, canStart: true, place: { container: 'yokeflow_postgres', bindings: [], addresses: [] } },
  ],
};

describe('saved documents of engines', () => {
  it('each has its expectation', () => {
    const files = readdirSync(folder).map((file) => file.replace('.json', ''));
    expect(files.sort()).toEqual(Object.keys(documents).sort());
  });

  it.each(Object.entries(documents))('%s', (name, [kinship, finding]) => {
    const { listed, inspected } = seen(name);
    expect(kinshipOf(listed)).toBe(kinship);
    expect(fromInspect(inspected, engine, '')).toMatchObject(finding);
  });

  it("the project's own container is told by its compose folder", () => {
    const { listed } = seen('compose-v2-docker-25');
    expect(kinshipOf(listed, ['/srv/shop/'])).toBe('project');
    expect(kinshipOf(listed, ['/srv/other'])).toBe('postgres');
    expect(
      kinshipOf({ ...listed, Labels: { ...listed.Labels, 'com.docker.compose.oneoff': 'True' } }, ['/srv/shop']),
    ).toBeUndefined();
  });
});

describe('kinship by name and image', () => {
  const listed = (name: string, Image: string, more: Partial<Listed> = {}): Listed => ({
    Id: 'a'.repeat(64),
    Names: [`/${name}`],
    Image,
    ...more,
  });
  it.each<[string, string, string | undefined]>([
    ['yokeflow_postgres', 'own', 'name'],
    ['yokeflow-postgres-1', 'postgres:16', 'yokeflow'],
    ['autonomous_coding_postgres_1', 'postgres:16', 'yokeflow'],
    ['yokeflow_postgres.1.of3pc05889fcgpgl2siurswhg', 'postgres:16', 'yokeflow'],
    ['0123456789ab_yokeflow_postgres', 'postgres:16', 'yokeflow'],
    ['yokeflow-todo-app-postgres-1', 'postgres:16', 'postgres'],
    ['db', 'registry.example/team/postgresql@sha256:abc', 'postgres'],
    ['exporter', 'prometheuscommunity/postgres-exporter', undefined],
    ['rest', 'postgrest/postgrest', undefined],
    ['web', 'nginx', undefined],
  ])('%s of image %s: %s', (name, image, kinship) => {
    expect(kinshipOf(listed(name, image))).toBe(kinship);
  });

  it('an image of any name that listens at 5432', () => {
    expect(kinshipOf(listed('own', 'sha256:4f4f', { Ports: [{ PrivatePort: 5432 }] }))).toBe('postgres');
  });
});

describe('what is given by options comes first', () => {
  it('database, user and port, and each has to be named again', () => {
    const { inspected } = seen('compose-v1-docker-20');
    const finding = fromInspect(inspected, engine, '', { database: 'other', user: 'boss', port: 6000 });
    expect(finding).toMatchObject({
      target: { database: 'other', user: 'boss', port: 6000, named: ['database', 'user', 'port'] },
    });
  });

  it('and what stands in files of the container', () => {
    const { inspected } = seen('compose-v1-docker-20');
    const Config = { ...inspected.Config, Env: ['POSTGRES_USER_FILE=/run/u', 'POSTGRES_DB_FILE=/run/d'] };
    const from = (given: object, files: Record<string, string>) =>
      fromInspect({ ...inspected, Config }, engine, '', given, files);
    expect(from({}, { POSTGRES_USER: 'agent', POSTGRES_DB: 'yokeflow' })).toMatchObject({
      target: { user: 'agent', database: 'yokeflow' },
    });
    expect(from({}, { POSTGRES_USER: 'agent' })).toMatchObject({
      usable: false,
      failed: 'it takes POSTGRES_DB from a file inside the container',
    });
    expect(from({ user: 'a', database: 'b' }, {})).toMatchObject({
      usable: true,
      target: { user: 'a', database: 'b' },
    });
  });
});

it.each([
  ['/srv/flow', '/srv/flow/', true],
  ['C:\\Users\\me\\flow', '/mnt/c/users/me/flow', true],
  ['/run/desktop/mnt/host/c/flow', 'c:/flow', true],
  ['/mnt/data/flow', '/mnt/data/Flow', false],
  ['/srv/flow', '/srv/flower', false],
])('%s and %s are one folder: %s', (a, b, same) => {
  expect(isSameFolder(a, b)).toBe(same);
});

it('volumes that `docker compose down` leaves: by name, by label, after the folder', () => {
  const kept = keptVolumes(
    [
      { Name: 'yokeflow_postgres_data', Labels: null },
      {
        Name: 'flow_pgdata',
        Labels: { 'com.docker.compose.project': 'my-flow', 'com.docker.compose.volume': 'pgdata' },
      },
      { Name: 'my-flow_postgres_data' },
      {
        Name: 'shop_postgres_data',
        Labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.volume': 'postgres_data' },
      },
      { Name: 'my-flow_cache' },
    ],
    ['/srv/My-Flow'],
    engine,
  );
  expect(kept.map(({ name }) => name)).toEqual(['yokeflow_postgres_data', 'flow_pgdata', 'my-flow_postgres_data']);
});

it('the last lines of a log are few, inert, and without passwords, statements and rows', () => {
  rememberPassword('hunter22hunter');
  const lines = lastLogLines(
    'a\nb\nLOG:  one\nFATAL:  password is hunter22hunter\u001b[31m\nSTATEMENT:  SELECT 1\n\twhole\nDETAIL:  Key (a)=(b)\nLOG: 2\nLOG: 3\nPANIC: 4\n',
  );
  expect(lines).toHaveLength(5);
  expect(lines.join('\n')).not.toMatch(/hunter22|\u001b|SELECT|whole|Key/);
  expect(lines.at(-1)).toBe('PANIC: 4');
});

it.each([
  ['/bin/bash /usr/local/bin/docker-entrypoint.sh postgres \npostgres: checkpointer \npg_isready 0', 'init'],
  ['/sbin/docker-init -- docker-entrypoint.sh postgres \nbash /usr/local/bin/docker-entrypoint.sh postgres \n', 'init'],
  ['/bin/sh /usr/local/bin/entrypoint.sh postgres \ninitdb --username=agent \npg_isready 2', 'init'],
  ['postgres \npostgres: startup recovering \npg_isready 1', 'starting'],
  ['postgres -c listen_addresses= \npostgres: checkpointer \npg_isready 0', 'ready'],
  ['sleep 60 \nsh -c for file in\npg_isready 2', 'other'],
])('the processes %j: %s', (processes, phase) => {
  expect(phaseIn(processes)).toBe(phase);
});
