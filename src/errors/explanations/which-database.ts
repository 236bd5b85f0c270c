import type { Explanations } from './explanation.js';

/** What keeps a run from the wrong database. */
export const whichDatabase = {
  YF212: {
    title: 'A parameter of the connection is not supported',
    meaning:
      'psql heeds every parameter of a connection, in its URL and in the PG* variables. This program does not know all of them. One that could lead to another server, or that ' +
      'demands more of the server, is refused by its name. Without that, this program and psql could be at different databases.',
    causes: [
      'The connection demands what this program cannot have: encryption with Kerberos (gssencmode=require), channel binding, the owner of a socket (requirepeer).',
      'Such a PG* variable is set in your shell or in the `.env` of the project, or stands in a service file.',
      'The connection has a parameter of another program, for example of an ORM.',
    ],
    remedy: [
      'See which variables are set: `env | grep ^PG`',
      'Run it without the one that the message names: `env -u PGREQUIREPEER yokeflow-upgrade status`',
      'Or write the whole connection out: `yokeflow-upgrade status --database-url postgresql://USER@HOST:5432/DATABASE`',
      'Or name the container, for which no PG* variable counts: `yokeflow-upgrade status --container NAME`',
    ],
  },
  YF231: {
    title: 'A connection service cannot be used',
    meaning:
      'The connection names a service, by `service=` or PGSERVICE. Its settings stand in a service file: the one that PGSERVICEFILE names, or else `~/.pg_service.conf`, ' +
      'and then pg_service.conf in the folder of PGSYSCONFDIR. The service is in none of them, or the file cannot be read or understood. ' +
      'psql does not connect either then, and no other database is taken in its place.',
    causes: [
      'The name is misspelled, or the file belongs to another user of this machine.',
      'PGSERVICE was set for another program.',
      'A line of the service is no setting: there are no blanks around the = there, and a service cannot refer to another one.',
      'The settings are kept on an LDAP server.',
    ],
    remedy: [
      'See which services there are: `grep "^\\[" ~/.pg_service.conf`',
      'See what psql makes of it: `psql service=NAME`',
      'Or do without the service: `env -u PGSERVICE yokeflow-upgrade status --database-url postgresql://USER@HOST:5432/DATABASE`',
    ],
  },
  YF232: {
    title: 'No server is what target_session_attrs asks for',
    meaning:
      'The connection says which kind of server it wants: one that takes changes (read-write, primary) or one that does not (read-only, standby). ' +
      'The servers that it names were asked in turn, and none of those that answered is of that kind. The message lists each of them with what it is. ' +
      'An upgrade needs one that takes changes.',
    causes: [
      'The primary server is down, and no standby has taken its place yet.',
      'The connection names standbys only.',
      'default_transaction_read_only is on for the server, the database or the role.',
    ],
    remedy: [
      'Ask a server what it is: `psql -h HOST -c "SELECT pg_is_in_recovery()"`',
      'Start the primary, or promote a standby. Then: `yokeflow-upgrade status`',
      'Or name the one server: `yokeflow-upgrade status --database-url postgresql://USER@HOST:5432/DATABASE`',
    ],
  },
  YF233: {
    title: 'The file with the connection is open to others',
    meaning:
      'The file that `--database-url-file` names can be read or written by other users of this machine. Whoever reads it has the password; whoever writes it ' +
      'decides which database is upgraded. It was used all the same. ~/.pgpass is ignored in that case, as psql does.',
    causes: ['It was made with the usual rights of new files.'],
    remedy: ['Close it: `chmod 600 FILE`', 'Where others may have read it, change the password.'],
    changed: 'Nothing. A finding only says what is there.',
  },
  YF318: {
    title: "Several databases may be YokeFlow's",
    meaning:
      'More than one database was found, or one was found beside a container or an address that could not be looked at. They are not the same database under two names: the servers were asked. ' +
      'Only you know which one YokeFlow uses, so nothing is guessed. On a terminal the program asks. The message lists each with what it holds and the option that chooses it.',
    causes: [
      'YokeFlow was moved to another server, and its old container is still there, running or stopped.',
      'DATABASE_URL, a PG* variable or the `.env` of the project is for another database.',
      "Two Docker engines, or two of YokeFlow's container names, are in use.",
    ],
    remedy: [
      'Choose the container: `yokeflow-upgrade status --container NAME`',
      'Or choose the connection: `yokeflow-upgrade status --database-url postgresql://USER@HOST:5432/DATABASE`',
      'A container that nobody needs any more can be given another name: `docker rename NAME NEW_NAME`',
    ],
  },
  YF817: {
    title: 'The backup is of another database',
    meaning:
      'A backup carries in its name which server and which database it was made of. This one was made of another than the one that it is about to replace. That is right when you move to a new server. ' +
      'It is a mistake when two YokeFlows share a folder for backups.',
    causes: [
      'You are moving YokeFlow to a new server.',
      'The database was made anew since, for example by a restore.',
      'The file belongs to another YokeFlow.',
    ],
    remedy: [
      'If you are moving, go on.',
      "Otherwise see which backup is this database's own: `yokeflow-upgrade status`",
      'Then name that one: `yokeflow-upgrade restore FILE`',
    ],
    changed: 'Nothing. A finding only says what is there. The restore asks before it changes anything.',
  },
} satisfies Explanations;
