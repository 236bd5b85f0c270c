import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ground } from './ground.js';
import type { Task } from './measure.js';
import { documentedSql, preparePeers } from './peers.js';

/** One row of the table. The first task is this program's; the others are what it is held against. */
export interface Case {
  readonly name: string;
  readonly against: string;
  /** How many times as long as the other it may take. */
  readonly goal: number;
  readonly tasks: readonly Task[];
}

/** The cases on a server without a container. */
export async function directCases({ cli, root, folder, env, url, fresh }: Ground): Promise<Case[]> {
  const node = [process.execPath, '-e', '0'];
  const [old, current] = ['1.1.1/1.3.0', '1.4.0/1.4.0-as-documented'];
  const files = (['011', '012'] as const).map((name) => {
    const file = join(folder, `${name}.sql`);
    writeFileSync(file, documentedSql(name));
    return file;
  });
  const peers = preparePeers(join(root, 'node_modules/.cache'), folder);
  const upgrade = [...cli, 'upgrade', '--yes', '--no-backup', '--database-url', url];
  const before = () => fresh(old);
  await fresh(current);
  return [
    {
      name: '--version',
      against: '`node -e 0`',
      goal: 1.2,
      tasks: [
        { name: 'ours', commands: [[...cli, '--version']] },
        { name: 'node -e 0', commands: [node] },
      ],
    },
    {
      name: 'status, direct',
      against: "`psql -c '\\d sessions'` plus `node -e 0`",
      goal: 1.5,
      tasks: [
        { name: 'ours', commands: [[...cli, 'status', '--database-url', url]] },
        { name: 'psql', commands: [['psql', '-c', '\\d sessions'], node], env },
      ],
    },
    {
      name: 'upgrade --yes --no-backup, direct',
      against: 'the two documented psql lines',
      goal: 2.5,
      tasks: [
        { name: 'ours', commands: [upgrade], before },
        {
          name: 'the two documented psql lines',
          commands: files.map((file) => ['psql', '-q', '-f', file]),
          env,
          before,
        },
        { name: 'node-pg-migrate', commands: [peers.pgMigrate], env: { ...env, DATABASE_URL: url }, before },
        { name: 'dbmate', commands: [peers.dbmate], env: { ...env, DATABASE_URL: url }, before },
      ],
    },
  ];
}
