import type { Connect } from '../database/connect.js';
import type { EmbeddedTarget } from '../database/target.js';
import { demoRelease, rowsSql, schemaSql } from './fixtures.js';

export interface DemoDatabase {
  readonly target: EmbeddedTarget;
  readonly connect: Connect;
  close(): Promise<void>;
}

/**
 * Opens a PostgreSQL that lives in this process's memory (PGlite: no port, no files, works as root too), with
 * `demoRelease` and some months of sample projects in it.
 */
export async function openDemoDatabase(): Promise<DemoDatabase> {
  const [{ PGlite }, { uuid_ossp }, { PgliteSession }] = await Promise.all([
    import('@electric-sql/pglite'),
    import('@electric-sql/pglite/contrib/uuid_ossp'),
    import('../database/pglite-session.js'),
  ]);
  const database = await PGlite.create({ extensions: { uuid_ossp } });
  await database.exec(schemaSql(`1.1.1/${demoRelease}`));
  await database.exec(rowsSql('1.1.1/demo'));
  return {
    target: { kind: 'embedded', database: 'postgres', user: 'postgres', reason: 'a database that nobody needs' },
    connect: () => PgliteSession.open(database),
    close: () => database.close(),
  };
}
