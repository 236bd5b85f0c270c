import type { Explanations } from './explanation.js';

/** What a server that answers has against a user or a database. */
export const login = {
  YF205: {
    title: 'The server refused the user or the password',
    meaning:
      'A PostgreSQL answered and did not let this user in with this password. It does not say which of the two is wrong.',
    causes: [
      'The password is wrong, or PGPASSWORD holds that of another server.',
      'The user does not exist. POSTGRES_USER and POSTGRES_PASSWORD count only when a data volume is new. Changing them later changes nothing in the database.',
    ],
    remedy: [
      'Set PGPASSWORD, or write the password into `~/.pgpass`, and connect again: `yokeflow-upgrade status --database-url postgresql://USER@HOST:5432/DATABASE`',
      "In YokeFlow's container no password is needed: `yokeflow-upgrade status --container yokeflow_postgres`",
      "Where a container asks for one all the same, it takes its own POSTGRES_PASSWORD (or the file of POSTGRES_PASSWORD_FILE). This machine's PGPASSWORD and `~/.pgpass` do not reach it; they do through its published port, with --database-url.",
      'If nobody knows the password any more, a superuser sets a new one: `docker exec -it yokeflow_postgres psql -U agent -d yokeflow -c "\\password agent"`',
    ],
  },
  YF206: {
    title: 'The server has no such database',
    meaning: 'PostgreSQL let you in, and the database that was named is not there.',
    causes: [
      'The name is misspelled, or the connection leads to another server than you think.',
      'POSTGRES_DB was changed after the data volume had been made.',
      'The database has its name from before YokeFlow was renamed: autonomous_coding.',
    ],
    remedy: [
      'List the databases: `docker exec yokeflow_postgres psql -U agent -d postgres -l`',
      'Name the right one: `yokeflow-upgrade status --database-url postgresql://USER@HOST:5432/DATABASE`',
    ],
  },
  YF213: {
    title: 'No connection is left',
    meaning:
      'PostgreSQL answers and takes no further connection. The limit that is reached is that of the server (max_connections), of the role or of the database; the message says which.',
    causes: [
      'An application opens connections and does not close them.',
      'Somebody limited the role or the database: ALTER ROLE or ALTER DATABASE … CONNECTION LIMIT.',
      'max_connections is small, and a pooler such as PgBouncer is missing.',
    ],
    remedy: [
      'See who is connected, as a superuser, for whom a few connections are kept: `SELECT pid, usename, application_name, state FROM pg_stat_activity`',
      "Stop what does not need its connections, YokeFlow's agents for example.",
      'Or raise the limit: `ALTER ROLE name CONNECTION LIMIT -1`, `ALTER DATABASE name CONNECTION LIMIT -1`, or max_connections in postgresql.conf.',
      'Then: `yokeflow-upgrade status`',
    ],
  },
  YF214: {
    title: 'The database is closed to connections',
    meaning:
      'PostgreSQL answers, and nobody may connect to this database, not even a superuser: ALLOW_CONNECTIONS is off, or a DROP DATABASE was interrupted. The message says which.',
    causes: [
      'Somebody closed it, to keep an application out or to copy it.',
      'It is a template, as template0 is.',
      'It was being dropped when the server stopped. Then it can only be dropped, and its content is lost.',
    ],
    remedy: [
      'See which databases are open: `SELECT datname, datallowconn, datconnlimit FROM pg_database`',
      'To open it again, as a superuser in another database: `ALTER DATABASE name ALLOW_CONNECTIONS true`',
      'Where it was being dropped: `yokeflow-upgrade restore FILE`',
    ],
  },
  YF216: {
    title: 'The server admits nobody of that kind',
    meaning:
      "The first rule of the server's pg_hba.conf that fits this user, database, address and kind of connection rejects it, or none fits.",
    causes: [
      'The server admits connections from other addresses, or through its local socket only.',
      'It admits this user to other databases only.',
      'The connection goes to another server than you think.',
    ],
    remedy: [
      'Let whoever runs the server add a rule, for example: `host yokeflow agent 192.0.2.7/32 scram-sha-256`',
      'Which file that is, and how it takes effect: `SHOW hba_file`, then `SELECT pg_reload_conf()`',
      'Then: `yokeflow-upgrade status`',
    ],
  },
  YF217: {
    title: 'The server asks for a password, and there is none',
    meaning:
      'No password stands in the connection, in PGPASSWORD or in the password file; the message says where it was looked for. On a terminal it is asked for, unless --yes, --json or --events forbids that.',
    causes: [
      'The password file is open to others than its owner. Then it is ignored, as psql does.',
      'None of its lines fits host, port, database and user. The first one that fits counts.',
      'A container has neither POSTGRES_PASSWORD nor POSTGRES_PASSWORD_FILE, and its pg_hba.conf asks for a password inside as well. What this machine has in PGPASSWORD and `~/.pgpass` does not reach psql in there.',
    ],
    remedy: [
      'Write a line into `~/.pgpass` (another file: PGPASSFILE, or passfile=FILE in the URL): `HOST:5432:DATABASE:USER:PASSWORD`',
      'Close it to others: `chmod 600 ~/.pgpass`',
      'Or set PGPASSWORD. Then: `yokeflow-upgrade status`',
      'For a container, see its published port and go through that: `docker port NAME 5432`',
    ],
  },
  YF218: {
    title: 'The user may not log in',
    meaning:
      'The server knows who you are, and this role has no right to log in, or none to connect to this database. The message says which.',
    causes: [
      'The role is a group (NOLOGIN), or was locked.',
      'CONNECT on the database was taken from it.',
      "Another role is meant: YokeFlow's own is `agent`.",
    ],
    remedy: [
      'See the roles and their rights, in psql: `\\du`',
      'Let a superuser give what is missing: `ALTER ROLE name LOGIN`, or `GRANT CONNECT ON DATABASE name TO role`',
      'Or name another user: `yokeflow-upgrade status --database-url postgresql://USER@HOST:5432/DATABASE`',
    ],
  },
  YF219: {
    title: 'The server wants another proof than a password',
    meaning:
      "The rule of pg_hba.conf that fits this connection does not ask for a password. It compares the role with the account of this machine (peer, ident), or wants a client's certificate, or Kerberos.",
    causes: [
      'A local socket, whose rule is peer, and an account of another name than the role.',
      'The rule demands a client certificate (cert, or clientcert=verify-full).',
      'The rule is gss, sspi or oauth, which is not spoken here.',
    ],
    remedy: [
      'Over a socket, run it as the account of that name: `sudo -u NAME yokeflow-upgrade status`',
      'Or connect over TCP, where the usual rule is a password: `yokeflow-upgrade status --database-url postgresql://USER@localhost:5432/DATABASE`',
      'A client certificate: `yokeflow-upgrade status --database-url "postgresql://USER@HOST:5432/DATABASE?sslmode=require&sslcert=FILE&sslkey=FILE"`',
      'For a container, go through its published port: `docker port NAME 5432`',
    ],
  },
} satisfies Explanations;
