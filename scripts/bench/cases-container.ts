import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgresContainer } from '../../tests/support/container.js';
import { engineFailure } from '../../tests/support/docker.js';
import type { Case } from './cases-direct.js';
import { freshOn, type Ground } from './ground.js';

/** The cases on a container of the tests' image; none, said so, where no engine answers. */
export async function containerCases({ cli, folder, closing }: Ground): Promise<Case[]> {
  const failure = await engineFailure();
  if (failure !== undefined) {
    process.stderr.write(`no Docker engine answers (${failure}): nothing is measured in a container\n`);
    return [];
  }
  const container = await startPostgresContainer({ name: 'yokeflow_upgrade_bench', database: 'postgres' });
  closing.push(() => container.stop());
  const server = await container.address();
  const before = () => freshOn(server, 'yokeflow', '1.1.1/1.3.0');
  const psql = ['docker', 'exec', '-i', container.name, 'psql', '-q', '-U', 'agent', '-d', 'yokeflow'];
  // The documented lines read a file of the machine through `<`, which a shell does.
  const lines = join(folder, 'documented.sh');
  const line = (name: string) => `${psql.join(' ')} < ${join(folder, `${name}.sql`)}`;
  writeFileSync(lines, `${line('011')}\n${line('012')}\n`);
  const options = ['--container', container.name];
  await before();
  return [
    {
      name: 'upgrade --yes --no-backup, container',
      against: 'the two documented docker exec lines',
      goal: 1.8,
      tasks: [
        {
          name: 'ours',
          commands: [[...cli, 'upgrade', '--yes', '--no-backup', ...options, '--database', 'yokeflow']],
          before,
        },
        { name: 'docker exec', commands: [['sh', lines]], before },
      ],
    },
    {
      name: 'backup, container',
      against: '`docker exec pg_dump -Fc` to a file',
      goal: 1.1,
      tasks: [
        {
          name: 'ours',
          commands: [[...cli, 'backup', ...options, '--database', 'yokeflow', '--backup-dir', join(folder, 'backups')]],
        },
        {
          name: 'pg_dump',
          commands: [
            ['sh', '-c', `docker exec ${container.name} pg_dump -U agent -Fc yokeflow > ${join(folder, 'plain.dump')}`],
          ],
        },
      ],
    },
    {
      name: 'nothing due, container',
      against: "one `docker exec psql -c 'select 1'` plus `node -e 0`",
      goal: 1.5,
      tasks: [
        { name: 'ours', commands: [[...cli, 'upgrade', '--yes', ...options, '--database', 'yokeflow']] },
        {
          name: 'docker exec',
          commands: [
            [...psql, '-c', 'select 1'],
            [process.execPath, '-e', '0'],
          ],
        },
      ],
    },
  ];
}
