import type { Explanations } from './explanation.js';

export const connection = {
  YF201: {
    title: 'No YokeFlow database was found',
    meaning:
      'The program looked for the containers yokeflow_postgres, yokeflow-postgres and autonomous_coding_postgres, for others by their labels and their environment, inside those ' +
      'that look like PostgreSQL, and for a connection in DATABASE_URL, in the PG* variables or in the `.env` of the project. None of them led to YokeFlow. ' +
      'The message lists each place with the reason.',
    causes: [
      'The container is stopped, or Docker is.',
      'Your container has a name of its own.',
      'You are not in the YokeFlow checkout, so its `.env` was not read.',
      'DATABASE_URL names a host such as `postgres`, which resolves inside the Docker network only.',
    ],
    remedy: [
      'List your containers, the stopped ones too: `docker ps -a`',
      "Start YokeFlow's own: `docker start yokeflow_postgres`",
      'Or name the container: `yokeflow-upgrade status --container NAME`',
      'Or name the checkout whose `.env` has the connection: `yokeflow-upgrade status --project DIR`',
      'Or name the connection: `yokeflow-upgrade status --database-url postgresql://USER@HOST:5432/DATABASE`',
    ],
  },
  YF204: {
    title: 'The PostgreSQL server does not answer',
    meaning:
      'Nothing came back from the address, or the server ended the connection for a reason that has no code of its own. The message holds the ' +
      "server's or the system's own words.",
    causes: [
      'The server is not running.',
      'Host or port is wrong, or a firewall is in between. A connection may take 10 seconds.',
      'The server, or a pooler before it, failed at something; its log says more.',
    ],
    remedy: [
      'Ask the server itself: `pg_isready -h HOST -p 5432`',
      'In a container: `docker exec NAME pg_isready`',
      'Read what it says: `docker logs --tail 50 NAME`',
      'When it answers: `yokeflow-upgrade status`',
    ],
  },
  YF207: {
    title: 'A file that leads to the database cannot be read',
    meaning:
      'The `.env` of the project, or a certificate of an encrypted connection, is missing, closed to you, or no text file. The message names it. Only ' +
      'regular files in UTF-8 are read, of 4 MB at most: a named pipe or a terminal is never waited for. ' +
      'The exit code is 2 for a connection to PostgreSQL and 4 for one to Docker.',
    causes: [
      'sslrootcert, sslcert or sslkey in the URL names a wrong path. A relative path starts from the current folder, or from that of the `.env` which holds the URL.',
      'A password manager shows `.env` as a named pipe, or Docker made a folder of it where there was none.',
      'An editor on Windows saved the file in UTF-16.',
      'DOCKER_TLS_VERIFY is set, and DOCKER_CERT_PATH has no ca.pem.',
      'The file belongs to another user.',
    ],
    remedy: [
      'See what it is, and whether you can read it: `ls -l FILE`',
      'Correct the path, the rights or the encoding. Then: `yokeflow-upgrade status`',
      'Or do without the `.env`: `yokeflow-upgrade status --database-url postgresql://USER@HOST:5432/DATABASE`',
    ],
    exitCode: null,
  },
  YF209: {
    title: 'The connection cannot be read',
    meaning:
      'The connection string, or what the PG* variables say, is not usable as it is written. The message says where it was found and what is wrong. It never shows the password.',
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
  },
  YF211: {
    title: 'The two sides did not agree on TLS',
    meaning:
      'An encrypted connection to PostgreSQL, or to the Docker engine, could not be trusted or did not come about. The message says to which and why. ' +
      'Encryption is not the thing to switch off then: whoever answers may be somebody else.',
    causes: [
      'The certificate is not from an authority that is known here. Managed databases often have their own.',
      'The certificate is for another host name, or has expired.',
      'A Docker engine speaks TLS, and its address does not say so.',
    ],
    remedy: [
      'Download the authority\'s certificate from your provider and name it: `yokeflow-upgrade status --database-url "postgresql://USER@HOST:5432/DATABASE?sslmode=verify-full&sslrootcert=ca.pem"`',
      'For Docker, check DOCKER_TLS_VERIFY and DOCKER_CERT_PATH, or the context: `docker context inspect`',
    ],
  },
  YF215: {
    title: 'The server is not ready',
    meaning:
      'PostgreSQL is there and takes no connections at this moment: it is starting, shutting down, or recovering after a crash.',
    causes: [
      'It was started just now.',
      'It, or its container, is being stopped.',
      'It was not shut down properly, and reads its log again. That may take minutes.',
    ],
    remedy: [
      'Wait, and see whether it is ready: `pg_isready -h HOST -p 5432`',
      'In a container: `docker exec NAME pg_isready`',
      'If it stays so, read why: `docker logs --tail 50 NAME`',
      'Then: `yokeflow-upgrade status`',
    ],
  },
  YF220: {
    title: 'The server wants an encrypted connection',
    meaning:
      'The server admits this user over TLS only (hostssl in its pg_hba.conf), and sslmode=disable keeps the connection from being encrypted. That was tried out, without the password.',
    remedy: [
      'Take sslmode=disable out of the URL, or PGSSLMODE out of the environment. Then: `yokeflow-upgrade status`',
      'To check who answers as well: `yokeflow-upgrade status --database-url "postgresql://USER@HOST:5432/DATABASE?sslmode=verify-full&sslrootcert=ca.pem"`',
    ],
  },
  YF221: {
    title: 'The server speaks no TLS',
    meaning:
      'sslmode (require, verify-ca or verify-full) demands an encrypted connection, and the server that answered has none to offer.',
    causes: [
      'The server has TLS switched off, as PostgreSQL has by default and in its Docker image.',
      'Host or port is wrong, and another server answers.',
      'A pooler or tunnel before the server does not pass TLS on.',
    ],
    remedy: [
      'Check host and port.',
      'Turn TLS on in the server: ssl = on, with ssl_cert_file and ssl_key_file, in postgresql.conf.',
      'Where nobody can listen in (on one machine, in a tunnel), leave sslmode out: `yokeflow-upgrade status --database-url postgresql://USER@HOST:5432/DATABASE`',
    ],
  },
  YF222: {
    title: 'What answers is no PostgreSQL',
    meaning:
      "Something listens at that address and does not speak PostgreSQL's protocol. The message holds the beginning of what it sent.",
    causes: [
      'The port is that of another service: a web server, an ssh server, another database.',
      'A proxy or a firewall answers in its place.',
    ],
    remedy: [
      "See which port is PostgreSQL's: `docker ps` for a container, or `SHOW port` in psql. The usual one is 5432.",
      'Name it: `yokeflow-upgrade status --database-url postgresql://USER@HOST:5432/DATABASE`',
    ],
  },
} satisfies Explanations;
