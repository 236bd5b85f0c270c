import { createHash, randomUUID } from 'node:crypto';
import pg from 'pg';

/** Where a real PostgreSQL answers, with the login of its superuser. */
export interface ServerAddress {
  host: string;
  port: number;
  user: string;
  password: string;
  /** Folder of its Unix socket; local connections are trusted. Absent in a container and on Windows. */
  socketDir?: string;
}

/** Where one database answers, with the login that owns it. */
export interface TestDatabase extends ServerAddress {
  name: string;
  /** The whole connection string, password included. */
  url: string;
  /** Runs SQL as `user` over a connection of its own, so that no test meets a session it did not open. */
  query<T extends pg.QueryResultRow = pg.QueryResultRow>(sql: string, params?: unknown[]): Promise<T[]>;
  /** Ends whoever is connected and drops the database. */
  drop(): Promise<void>;
}

export interface DatabaseOptions {
  /** Default: a name that no other test has. */
  name?: string;
  /** One multi-statement script, loaded as one simple query (one implicit transaction). */
  sql?: string;
  /**
   * A role that owns the database and everything that `sql` makes, as a managed PostgreSQL's ordinary role does.
   * It is made where it is missing, with the server's password. Default: the superuser.
   */
  owner?: string;
}

/**
 * Makes a database on the server. The same `sql` is loaded once for each server: later calls copy the first one's
 * result, which takes about 60 ms however long the script is.
 * @throws {pg.DatabaseError} when PostgreSQL refuses the script.
 */
export async function createDatabaseOn(server: ServerAddress, options: DatabaseOptions = {}): Promise<TestDatabase> {
  const name = options.name ?? `test_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  const owner = options.owner ?? server.user;
  await connected(server, 'postgres', async (admin) => {
    if (owner !== server.user) await createRole(admin, owner, server.password);
    const template = options.sql ? await templateFor(server, admin, options.sql, owner) : 'template0';
    await admin.query(`CREATE DATABASE ${quote(name)} TEMPLATE ${quote(template)} OWNER ${quote(owner)}`);
  });
  return databaseAt(server, name, owner);
}

/**
 * A database that is there already.
 * @param user who `query` connects as; with the server's password
 */
export function databaseAt(server: ServerAddress, name: string, user = server.user): TestDatabase {
  const login = { ...server, user };
  const url = new URL(`postgresql://${server.host}:${server.port}/${encodeURIComponent(name)}`);
  url.username = encodeURIComponent(user);
  url.password = encodeURIComponent(server.password);
  return {
    ...login,
    name,
    url: url.href,
    query: <T extends pg.QueryResultRow>(sql: string, params?: unknown[]) =>
      connected(login, name, async (client) => (await client.query<T>(sql, params)).rows),
    drop: () =>
      connected(server, 'postgres', async (admin) => {
        await admin.query(`DROP DATABASE IF EXISTS ${quote(name)} WITH (FORCE)`);
      }),
  };
}

async function templateFor(server: ServerAddress, admin: pg.Client, sql: string, owner: string): Promise<string> {
  const hash = createHash('sha256').update(owner).update('\0').update(sql).digest('hex').slice(0, 16);
  const [template, unfinished] = [`template_${hash}`, `unfinished_${hash}`];
  // Several workers may want the same template at once: the first one loads it, the others wait for the lock.
  await admin.query('SELECT pg_advisory_lock(hashtext($1))', [template]);
  try {
    const known = await admin.query('SELECT FROM pg_database WHERE datname = $1', [template]);
    if (known.rowCount) return template;
    await admin.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`);
    await admin.query(`CREATE DATABASE ${unfinished} TEMPLATE template0 OWNER ${quote(owner)}`);
    await connected({ ...server, user: owner }, unfinished, (client) => client.query(sql));
    await admin.query(`ALTER DATABASE ${unfinished} RENAME TO ${template}`);
    return template;
  } finally {
    await admin.query('SELECT pg_advisory_unlock(hashtext($1))', [template]);
  }
}

async function createRole(admin: pg.Client, role: string, password: string): Promise<void> {
  await admin.query("SELECT pg_advisory_lock(hashtext('roles'))");
  try {
    const known = await admin.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
    if (!known.rowCount) await admin.query(`CREATE ROLE ${quote(role)} LOGIN PASSWORD ${pg.escapeLiteral(password)}`);
  } finally {
    await admin.query("SELECT pg_advisory_unlock(hashtext('roles'))");
  }
}

/** Opens a connection, hands it to `work` and closes it again. */
export async function connected<T>(
  server: ServerAddress,
  database: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const { host, port, user, password } = server;
  const client = new pg.Client({ host, port, user, password, database, ssl: false, application_name: 'test' });
  // A backend that DROP … WITH (FORCE) ends reports it here; the pending query rejects by itself.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const quote = (name: string) => pg.escapeIdentifier(name);
