import type { Connect } from '../database/connect.js';
import type { EmbeddedTarget } from '../database/target.js';
import { UpgradeError } from '../errors/error.js';
import { demoRelease, rowsSql, schemaSql } from './fixtures.js';

export interface DemoDatabase {
  readonly target: EmbeddedTarget;
  readonly connect: Connect;
  close(): Promise<void>;
}

/**
 * Opens a PostgreSQL that lives in this process's memory (PGlite: no port, no files, works as root too), with
 * `demoRelease` and some months of sample projects in it.
 * @throws {UpgradeError} YF115 where PGlite is not installed
 */
export async function openDemoDatabase(): Promise<DemoDatabase> {
  const [{ PGlite }, { uuid_ossp }, { PgliteSession }] = await Promise.all([
    import('@electric-sql/pglite'),
    import('@electric-sql/pglite/contrib/uuid_ossp'),
    import('../database/pglite-session.js'),
  ]).catch((error: unknown) => {
    throw notInstalled(error);
  });
  const database = await PGlite.create({ extensions: { uuid_ossp } });
  await database.exec(schemaSql(`1.1.1/${demoRelease}`));
  await database.exec(rowsSql('1.1.1/demo'));
  return {
    target: { kind: 'embedded', database: 'postgres', user: 'postgres', reason: 'a database that nobody needs' },
    connect: () => PgliteSession.open(database),
    close: () => database.close(),
  };
}

function notInstalled(error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes('@electric-sql/pglite')) return error;
  return new UpgradeError({
    code: 'YF115',
    message: 'The database that demo runs on is not installed: it is a package of its own.',
    found: ['@electric-sql/pglite is not beside yokeflow-upgrade'],
    remedy:
      'Run both without installing anything: npx --package yokeflow-upgrade --package @electric-sql/pglite yokeflow-upgrade demo',
  });
}
