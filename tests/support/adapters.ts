import { it } from 'vitest';
import { connector, type Connect } from '../../src/database/connect.js';
import { localPsql } from './local-psql.js';
import { psqlBinary, type TestDatabase } from './server.js';

export interface Adapter {
  readonly name: string;
  readonly missing: string | undefined;
  connect(database: TestDatabase): Connect;
}

const psql = psqlBinary();

/** Both ways to a database. Tests of the engine run over each of them. */
export const adapters: readonly Adapter[] = [
  {
    name: 'pg',
    missing: undefined,
    connect: ({ host, port, user, password, name }) =>
      connector({
        kind: 'direct',
        source: 'test',
        host,
        port,
        user,
        password,
        database: name,
        ssl: 'prefer',
        reason: 'test',
      }),
  },
  {
    name: 'psql',
    missing: psql === undefined ? 'skipped: no psql on this machine' : undefined,
    connect: (database) => () => localPsql(psql ?? '', database),
  },
];

/**
 * `it` over the first adapter, undefined over the other: for what PostgreSQL's catalog, rows and rules decide, after the same statements
 * whoever sends them. What goes over both is what the adapters do themselves: sending and reading values of all kinds, each kind of
 * step to its end, errors, waiting, a connection that is lost.
 */
export const onceOf = (adapter: Adapter): typeof it | undefined => (adapter === adapters[0] ? it : undefined);
