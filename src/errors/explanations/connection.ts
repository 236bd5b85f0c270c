import { ExitCode } from '../error.js';
import { nothingChanged, type Explanations } from './explanation.js';

type ConnectionCode = 'YF201' | 'YF204' | 'YF205' | 'YF206' | 'YF207' | 'YF209' | 'YF211';

export const connection: Pick<Explanations<'2'>, ConnectionCode> = {
  YF201: {
    title: 'No YokeFlow database was found',
    meaning:
      'The program looked for the containers yokeflow_postgres, yokeflow-postgres and autonomous_coding_postgres, and then for a connection in '
      + 'DATABASE_URL, in the PG* variables or in the `.env` of the project. None of them led to a server that can be reached. '
      + 'The message lists each place with the reason.',
    causes: [
      'The container is stopped, or Docker is.',
      'Your container has a name of its own.',
      'You are not in the YokeFlow checkout, so its `.env` was not read.',
      'DATABASE_URL names a host such as `postgres`, which resolves inside the Docker network only.',
    ],
    remedy: [
      'List your containers, the stopped ones too: `docker ps -a`',
      'Start YokeFlow\'s own: `docker start yokeflow_postgres`',
      'Or name the container: `yokeflow-upgrade status --container NAME`',
      'Or name the checkout whose `.env` has the connection: `yokeflow-upgrade status --project DIR`',
      'Or name the connection: `yokeflow-upgrade status --database-url postgresql://USER@HOST:5432/DATABASE`',
    ],
    changed: nothingChanged,
    exitCode: ExitCode.noDatabase,
  },
  YF204: {
    title: 'The PostgreSQL server does not answer',
    meaning: 'The connection did not come about, and neither the password, the database name nor TLS is the reason. The message holds the server\'s or the system\'s own words.',
    causes: [
      'The server is not running, or is still starting.',
      'Host or port is wrong, or a firewall is in between. A connection may take 10 seconds.',
      'The server has no connection left ("too many clients").',
    ],
    remedy: [
      'Ask the server itself: `pg_isready -h HOST -p 5432`',
      'In a container: `docker exec NAME pg_isready`',
      'Read what it says: `docker logs --tail 50 NAME`',
      'When it answers: `yokeflow-upgrade status`',
    ],
    changed: nothingChanged,
    exitCode: ExitCode.noDatabase,
  },
  YF205: {
    title: 'The server refused the user or the password',
    meaning: 'A PostgreSQL answered and did not let this user in.',
    causes: [
      'The password is wrong or missing, or PGPASSWORD holds that of another server.',
      'The user does not exist. POSTGRES_USER and POSTGRES_PASSWORD count only when a data volume is new. Changing them later changes nothing in the database.',
      'The server\'s pg_hba.conf allows this user or this address no connection.',
    ],
    remedy: [
      'Set PGPASSWORD, or write the password into `~/.pgpass`, and connect again: `yokeflow-upgrade status --database-url postgresql://USER@HOST:5432/DATABASE`',
      'In YokeFlow\'s container no password is needed: `yokeflow-upgrade status --container yokeflow_postgres`',
      'If nobody knows the password any more, set a new one: `docker exec -it yokeflow_postgres psql -U agent -d yokeflow -c "\\password agent"`',
    ],
    changed: nothingChanged,
    exitCode: ExitCode.noDatabase,
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
    changed: nothingChanged,
    exitCode: ExitCode.noDatabase,
  },
  YF207: {
    title: 'A certificate file cannot be read',
    meaning:
      'A file that the encrypted connection needs is missing or closed to you. The message names it. '
      + 'The exit code is 2 for a connection to PostgreSQL and 4 for one to Docker.',
    causes: [
      'sslrootcert, sslcert or sslkey in the URL names a wrong path. A relative path starts from the current folder, or from that of the `.env` which holds the URL.',
      'DOCKER_TLS_VERIFY is set, and DOCKER_CERT_PATH has no ca.pem.',
      'The file belongs to another user.',
    ],
    remedy: ['See whether you can read it: `ls -l FILE`', 'Correct the path, or the rights of the file. Then: `yokeflow-upgrade status`'],
    changed: nothingChanged,
  },
  YF209: {
    title: 'The connection cannot be read',
    meaning: 'The connection string, or what the PG* variables say, is not usable as it is written. The message says where it was found and what is wrong. It never shows the password.',
    causes: [
      'The password has a character that means something in a URL. Write @ as %40, / as %2F, # as %23, ? as %3F, : as %3A and % as %25.',
      'It does not begin with postgresql:// or postgres://.',
      'It names several hosts, no user, or a port that is no number.',
      'sslmode is unknown, or too weak for the certificate that it comes with.',
    ],
    remedy: [
      'Write it like this: `yokeflow-upgrade status --database-url postgresql://USER@HOST:5432/DATABASE`',
      'Leave the password out of the URL, and set PGPASSWORD or use `~/.pgpass`.',
    ],
    changed: nothingChanged,
    exitCode: ExitCode.usage,
  },
  YF211: {
    title: 'The two sides did not agree on TLS',
    meaning: 'An encrypted connection to PostgreSQL, or to the Docker engine, did not come about. The message says to which and why.',
    causes: [
      'The certificate is not from an authority that is known here. Managed databases often have their own.',
      'The certificate is for another host name, or has expired.',
      'One side speaks TLS and the other does not.',
    ],
    remedy: [
      'Download the authority\'s certificate from your provider and name it: `yokeflow-upgrade status --database-url "postgresql://USER@HOST:5432/DATABASE?sslmode=verify-full&sslrootcert=ca.pem"`',
      'For a PostgreSQL without TLS in your own network: add `sslmode=disable` to the URL.',
      'For Docker, check DOCKER_TLS_VERIFY and DOCKER_CERT_PATH, or the context: `docker context inspect`',
    ],
    changed: nothingChanged,
    exitCode: ExitCode.noDatabase,
  },
};
