import { describe, expect, it } from 'vitest';
import { choose } from '../../../src/detect/choose.js';
import type { DirectTarget, DockerTarget } from '../../../src/detect/target.js';
import { UpgradeError } from '../../../src/errors/error.js';
import { failureOf } from './machine.js';

const engine = { source: 'DOCKER_HOST', kind: 'unix', url: 'unix:///a.sock', socketPath: '/a.sock' } as const;
const container = (name: string): DockerTarget => ({
  kind: 'docker', engine, container: name, containerId: name, database: 'yokeflow', user: 'agent', reason: `${name} is known`,
});
const direct = (source: string): DirectTarget => ({
  kind: 'direct', source, host: 'h', port: 5432, database: 'd', user: 'u', password: 's3cret', ssl: 'prefer', reason: `found in ${source}`,
});

describe('choose', () => {
  it('takes a container before a direct address, and says what was passed over', () => {
    const { target, alternatives } = choose({ targets: [direct('DATABASE_URL'), container('yokeflow_postgres')], attempts: [] });
    expect(target).toMatchObject({ container: 'yokeflow_postgres' });
    expect(target.reason).toBe('yokeflow_postgres is known; passed over: d on h:5432 from DATABASE_URL (--database-url URL)');
    expect(alternatives).toMatchObject([{ source: 'DATABASE_URL' }]);
  });

  it('takes the URL of the command line before a container', () => {
    const { target } = choose({ targets: [container('yokeflow_postgres'), direct('--database-url')], attempts: [] });
    expect(target.reason).toBe('found in --database-url; passed over: container yokeflow_postgres (--container yokeflow_postgres)');
  });

  it('keeps the order in which containers were found', () => {
    const { target, alternatives } = choose({ targets: [container('yokeflow_postgres'), container('yokeflow-postgres')], attempts: [] });
    expect([target, ...alternatives]).toMatchObject([{ container: 'yokeflow_postgres' }, { container: 'yokeflow-postgres' }]);
  });

  it('says why a direct address was taken', () => {
    const { target, alternatives } = choose({ targets: [direct('DATABASE_URL')], attempts: [] });
    expect(target.reason).toBe('found in DATABASE_URL; no container of YokeFlow\'s could be used');
    expect(alternatives).toEqual([]);
  });

  it('lists every attempt when there is nothing', async () => {
    const attempts = [{ tried: 'DATABASE_URL', failed: 'not set' }, { tried: '/p/.env', failed: 'no .env there' }];
    const error = await failureOf(UpgradeError, () => choose({ targets: [], attempts }));
    expect(error).toMatchObject({ code: 'YF201', exitCode: 4, found: ['DATABASE_URL: not set', '/p/.env: no .env there'] });
    expect(error.remedy).toContain('--container NAME');
    expect(error.remedy).toContain('--database-url URL');
  });
});
