import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { inject } from 'vitest';
import { createDatabaseOn, type DatabaseOptions, type ServerAddress, type TestDatabase } from './databases.js';

export type { DatabaseOptions, ServerAddress, TestDatabase } from './databases.js';

/** The PostgreSQL of this run, which `global-setup.ts` started; superuser `agent`. */
export function testServer(): ServerAddress {
  return inject('postgres');
}

/**
 * Makes a database of its own for one test on the run's PostgreSQL.
 * @throws {pg.DatabaseError} when PostgreSQL refuses the script.
 */
export function createDatabase(options: DatabaseOptions = {}): Promise<TestDatabase> {
  return createDatabaseOn(testServer(), options);
}

/** Path of a real psql: in YOKEFLOW_TEST_PG_BIN, else on the PATH, else undefined. */
export function psqlBinary(): string | undefined {
  return postgresProgram('psql');
}

/** Path of a PostgreSQL client program such as `pg_dump`, looked for like `psqlBinary`. */
export function postgresProgram(name: string): string | undefined {
  const folders = [process.env.YOKEFLOW_TEST_PG_BIN ?? '', ...(process.env.PATH ?? '').split(delimiter)];
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  return folders
    .filter(Boolean)
    .map((folder) => join(folder, file))
    .find((path) => existsSync(path));
}
