import { readFileSync } from 'node:fs';
import type { Connect } from '../database/connect.js';
import type { EmbeddedTarget } from '../database/target.js';

const fixtures = new URL('../../fixtures/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, fixtures), 'utf8');

export interface DemoDatabase {
  readonly target: EmbeddedTarget;
  readonly connect: Connect;
  close(): Promise<void>;
}

/**
 * Opens a PostgreSQL that lives in this process's memory (PGlite: no port, no files, works as root too), with
 * YokeFlow 1.3.0 and some months of sample projects in it.
 */
export async function openDemoDatabase(): Promise<DemoDatabase> {
  const [{ PGlite }, { uuid_ossp }, { PgliteSession }] = await Promise.all([
    import('@electric-sql/pglite'),
    import('@electric-sql/pglite/contrib/uuid_ossp'),
    import('../database/pglite-session.js'),
  ]);
  const database = await PGlite.create({ extensions: { uuid_ossp } });
  const parts = (JSON.parse(read('schemas/schemas.json')) as Record<string, string[]>)['1.3.0'] ?? [];
  for (const part of parts) await database.exec(read(`schemas/parts/${part}.sql`));
  await database.exec(read('rows/demo.sql'));
  return {
    target: { kind: 'embedded', database: 'postgres', user: 'postgres', reason: 'a database that nobody needs' },
    connect: () => PgliteSession.open(database),
    close: () => database.close(),
  };
}
