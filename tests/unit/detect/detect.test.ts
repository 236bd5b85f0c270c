import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { detect } from '../../../src/detect/detect.js';
import { unreachable } from '../../../src/database/reachable.js';
import type { DirectTarget } from '../../../src/database/target.js';
import { UpgradeError } from '../../../src/errors/error.js';
import { failureOf, machine } from './machine.js';

const direct = (host: string, port: number): DirectTarget => ({
  kind: 'direct',
  source: 'test',
  host,
  port,
  database: 'd',
  user: 'u',
  ssl: 'prefer',
  reason: '',
});

async function listener(path?: string): Promise<number> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((ready) =>
    path === undefined ? server.listen(0, '127.0.0.1', ready) : server.listen(path, ready),
  );
  onTestFinished(() => void server.close());
  return path === undefined ? (server.address() as AddressInfo).port : 0;
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

describe('unreachable', () => {
  it('is silent about what listens', async () => {
    expect(await unreachable(direct('127.0.0.1', await listener()))).toBeUndefined();
  });

  it('tells a closed port', async () => {
    expect(await unreachable(direct('127.0.0.1', await closedPort()))).toContain('nothing listens there');
  });

  it.skipIf(process.platform === 'win32')('looks at the socket for a host that is a folder', async () => {
    const { home } = machine();
    expect(await unreachable(direct(home, 5432))).toBe(`there is no socket ${home}/.s.PGSQL.5432`);
    await listener(join(home, '.s.PGSQL.5432'));
    expect(await unreachable(direct(home, 5432))).toBeUndefined();
  });

  it('explains a service name of a compose file', async () => {
    const why = await unreachable(direct('yokeflow-no-such-service', 5432));
    expect(why).toContain('the host yokeflow-no-such-service does not resolve here');
    expect(why).toContain("service name inside Docker's network");
    expect(await unreachable(direct('no-such-host.invalid', 5432))).toBe(
      'the host no-such-host.invalid does not resolve here',
    );
  });
});

describe('detect', () => {
  it('refuses both options at once', async () => {
    const call = () => detect({ container: 'a', databaseUrl: 'postgresql://h/d', project: '.' });
    expect(await failureOf(UpgradeError, call)).toMatchObject({ code: 'YF103', exitCode: 2 });
  });

  it('looks nowhere else with --database-url, and does not probe it', async () => {
    const surroundings = machine().surroundings({
      DOCKER_HOST: 'unix:///no/such.sock',
      DATABASE_URL: 'postgresql://other/d',
    });
    const found = await detect({ databaseUrl: 'postgresql://agent@127.0.0.1:1/d', project: '.', surroundings });
    expect(found).toMatchObject({ targets: [{ host: '127.0.0.1', port: 1 }], attempts: [] });
  });

  it('gathers every failure, in order', async () => {
    const on = machine();
    on.write('.env', `DATABASE_URL=postgresql://agent:s3cret@127.0.0.1:${await closedPort()}/yokeflow`);
    const surroundings = on.surroundings({ DOCKER_HOST: `unix://${on.home}/none.sock` });
    const { targets, attempts } = await detect({ project: '.', surroundings });
    expect(targets).toEqual([]);
    expect(attempts).toMatchObject([
      {
        tried: `Docker engine at unix://${on.home}/none.sock (DOCKER_HOST)`,
        failed: `${on.home}/none.sock is not there`,
      },
      { tried: 'DATABASE_URL', failed: 'not set' },
      { tried: 'PG* variables' },
      { tried: `${on.home}/.env`, failed: expect.stringContaining('nothing listens there') as string },
    ]);
    expect(JSON.stringify(attempts)).not.toContain('s3cret');
  });

  it('a host that nothing named is no address that leads nowhere', async () => {
    const on = machine();
    const surroundings = on.surroundings({ DOCKER_HOST: `unix://${on.home}/none.sock` });
    const text = `POSTGRES_DB=yokeflow\nPOSTGRES_PORT=${await closedPort()}\n`;
    on.write('.env', text);
    expect(await detect({ project: '.', surroundings })).not.toHaveProperty('unusableAddress');
    on.write('.env', `${text}POSTGRES_HOST=127.0.0.1\n`);
    expect(await detect({ project: '.', surroundings })).toMatchObject({
      unusableAddress: { target: { host: '127.0.0.1' } },
    });
  });

  it('finds a reachable address beside an engine that fails', async () => {
    const on = machine();
    const port = await listener();
    const surroundings = on.surroundings({ DOCKER_CONTEXT: 'gone', PGHOST: '127.0.0.1', PGPORT: String(port) });
    const { targets, attempts } = await detect({ project: '.', surroundings });
    expect(targets).toMatchObject([{ kind: 'direct', source: 'PG* variables', port }]);
    expect(attempts[0]).toMatchObject({ tried: 'Docker context "gone"' });
  });

  it('fails with --container when the chosen engine cannot be asked', async () => {
    const surroundings = machine().surroundings({ DOCKER_HOST: 'unix:///no/such.sock' });
    const call = () => detect({ container: 'yokeflow_postgres', project: '.', surroundings });
    expect(await failureOf(UpgradeError, call)).toMatchObject({ code: 'YF203', exitCode: 4 });
  });

  it.each(['', '../images', 'a b'])('refuses the container name %j', async (container) => {
    const call = () => detect({ container, project: '.', surroundings: machine().surroundings() });
    expect(await failureOf(UpgradeError, call)).toMatchObject({ code: 'YF101', exitCode: 2 });
  });
});
