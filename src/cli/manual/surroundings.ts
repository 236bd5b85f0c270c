/** The environment variables that are read, and what for: the manual page's ENVIRONMENT. */
export const variables: readonly (readonly [names: string, about: string])[] = [
  [
    'DATABASE_URL',
    'The connection, where neither --container nor --database-url is given. The one of the environment goes before that of .env. Where a container of YokeFlow is another database, one of the two has to be chosen.',
  ],
  [
    'PGHOST, PGHOSTADDR, PGPORT, PGUSER, PGPASSWORD, PGDATABASE, PGSERVICE, PGSERVICEFILE, PGSYSCONFDIR, PGOPTIONS, PGTARGETSESSIONATTRS, PGLOADBALANCEHOSTS, PGSSLMODE, PGSSLROOTCERT, PGSSLCERT, PGSSLKEY, PGSSLCRL, PGSSLSNI, PGSSLMINPROTOCOLVERSION, PGSSLMAXPROTOCOLVERSION, PGCONNECT_TIMEOUT',
    'As for psql(1): the connection where there is no DATABASE_URL, and what a connection string leaves open. Other PG* variables that lead psql elsewhere or demand more, such as PGREQUIREPEER, are refused by name (YF212).',
  ],
  ['PGPASSFILE', 'Another password file than ~/.pgpass; passfile=FILE in the connection string goes before it.'],
  [
    'DOCKER_HOST, DOCKER_CONTEXT, DOCKER_CONFIG, DOCKER_TLS, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH',
    'As for docker(1): the Docker engine that is asked for containers. One at ssh:// is reached through ssh(1), with its keys, agents, aliases and known hosts.',
  ],
  [
    'CONTAINER_HOST, CONTAINER_CONNECTION, CONTAINER_SSHKEY',
    'As for podman(1): the engine of Podman that is asked too.',
  ],
  [
    'CONTAINERS_CONF, PODMAN_CONNECTIONS_CONF, CONTAINERS_STORAGE_CONF, XDG_DATA_HOME',
    'As for podman(1): where its connections are, and whether it has ever been used without its service.',
  ],
  ['NO_COLOR', 'Where it is not empty, there are no colours.'],
  ['FORCE_COLOR', 'Colours also where the output is not a terminal; 0 or false for none.'],
  ['CI', 'No colours and no moving lines.'],
  ['TERM', 'With dumb, plain text line by line.'],
  ['ACCESSIBLE', 'Like --plain, unless it is empty, 0, false or no.'],
  ['LC_ALL, LC_CTYPE, LANG', 'Whether ticks and crosses can be shown, or have to be written in ASCII.'],
  ['SHELL', 'The shell for completion, where none is named.'],
];

/** The files that are read or written: the manual page's FILES. */
export const files: readonly (readonly [path: string, about: string])[] = [
  ['yokeflow-backups/', 'Backups, in the current folder, readable by you alone; --backup-dir names another folder.'],
  [
    '.env',
    'Of the YokeFlow checkout that --project names, by default the current folder: DATABASE_URL, or PG* variables, or POSTGRES_* variables. Read as YokeFlow reads it, with python-dotenv; a named pipe, a folder or UTF-16 is refused (YF207).',
  ],
  [
    '~/.pgpass',
    'Passwords, as for psql(1); on Windows %APPDATA%\\postgresql\\pgpass.conf. Ignored where it is open to others than its owner.',
  ],
  [
    '~/.pg_service.conf',
    'Connection services, as for psql(1); on Windows %APPDATA%\\postgresql\\.pg_service.conf. Then pg_service.conf in the folder of PGSYSCONFDIR.',
  ],
  ['~/.postgresql/', 'Certificates, as for psql(1).'],
  ['~/.docker/config.json', 'The current context of Docker.'],
];
