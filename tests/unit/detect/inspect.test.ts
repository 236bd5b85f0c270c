import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromInspect, type InspectedContainer } from '../../../src/detect/inspect.js';

const engine = {
  source: 'test',
  kind: 'unix',
  url: 'unix:///var/run/docker.sock',
  socketPath: '/var/run/docker.sock',
} as const;

function saved(name: string): InspectedContainer {
  const file = new URL(`../../../fixtures/containers/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as InspectedContainer;
}

describe('fromInspect', () => {
  it("takes user and database of YokeFlow's compose file, and nothing else", () => {
    const finding = fromInspect(saved('compose-running'), engine, 'because');
    expect(finding).toMatchObject({
      usable: true,
      place: {
        bindings: [{ address: '0.0.0.0', port: 5432 }],
        port: 5432,
        names: ['yokeflow_postgres', 'postgres', '9d1f0c6b9d1f'],
        addresses: ['172.18.0.2'],
        data: 'yokeflow_postgres_data',
      },
    });
    expect(finding.usable && finding.target).toEqual({
      kind: 'docker',
      engine,
      container: 'yokeflow_postgres',
      containerId: '9d1f0c6b'.repeat(8),
      database: 'yokeflow',
      user: 'agent',
      reason: 'because',
    });
    expect(JSON.stringify(finding)).not.toContain('agent_dev_password');
  });

  it("takes the image's defaults for what is absent or empty", () => {
    expect(fromInspect(saved('image-defaults'), engine, '')).toMatchObject({
      usable: true,
      target: { user: 'postgres', database: 'postgres' },
    });
  });

  it("takes the user's name for a database that is not named", () => {
    const container = saved('compose-running');
    const Env = ['POSTGRES_USER=agent'];
    expect(fromInspect({ ...container, Config: { Env } }, engine, '')).toMatchObject({
      target: { user: 'agent', database: 'agent' },
    });
  });

  it.each([
    ['reverse-proxy-exited', 'it has exited (exit code 137)', '`docker start yokeflow-postgres`'],
    ['before-rename-paused', 'it is paused', '`docker unpause autonomous_coding_postgres`'],
    ['init-failed-restarting', 'it keeps restarting (last exit code 3)', '`docker logs yokeflow_postgres`'],
    ['user-in-file', 'it takes POSTGRES_USER from a file inside the container', '--user NAME and --database NAME'],
  ])('says why %s does not do, and what to type', (name, failed, remedy) => {
    const finding = fromInspect(saved(name), engine, '');
    expect(finding).toMatchObject({ usable: false, failed });
    expect(finding.usable ? '' : finding.remedy).toContain(remedy);
  });
});
