import type { Explanations } from './explanation.js';

/** What keeps a run from the wrong database. */
export const whichDatabase = {
  YF212: {
    title: 'A parameter of the connection is not supported',
    meaning:
      'psql heeds every parameter of a connection, in its URL and in the PG* variables. This program does not know all of them. One that could lead to another server, or that ' +
      'demands more of the server, is refused by its name. Without that, this program and psql could be at different databases.',
    causes: [
      'PGSERVICE, PGHOSTADDR or another PG* variable is set in your shell or in the `.env` of the project.',
      'The URL has a parameter of another program, for example of an ORM.',
    ],
    remedy: [
      'See which variables are set: `env | grep ^PG`',
      'Run it without the one that the message names: `env -u PGSERVICE yokeflow-upgrade status`',
      'Or write the whole connection out: `yokeflow-upgrade status --database-url postgresql://USER@HOST:5432/DATABASE`',
      'Or name the container, for which no PG* variable counts: `yokeflow-upgrade status --container NAME`',
    ],
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
