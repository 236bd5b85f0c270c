import { rolledBack, type Explanations } from './explanation.js';

/** What stands between the run and the server, and who else is at work there. */
export const otherSessions = {
  YF312: {
    title: 'A connection pooler or proxy is in front of PostgreSQL',
    meaning:
      'The server that answers is not the one that the connection was made to: something like PgBouncer stands between. ' +
      'The upgrade stays correct through it, because it is one transaction and keeps nothing in the session. As a finding this needs nothing to be done. ' +
      'A backup is refused: pg_dump empties the search path of its session, and a pooler hands that session on to YokeFlow, which then finds none of its tables.',
    causes: [
      'The connection string is that of the pool: port 6432 of PgBouncer, 6543 of Supabase, the "connection pool" of a managed database.',
    ],
    remedy: [
      'Go around it. The message names the direct address as the server knows it; managed databases show it beside that of the pool: `yokeflow-upgrade upgrade --database-url postgresql://USER@HOST:5432/DATABASE`',
      'Or make the backup by other means, and upgrade through the pooler: `yokeflow-upgrade upgrade --no-backup`',
    ],
  },
  YF313: {
    title: 'A prepared transaction holds a lock that the upgrade needs',
    meaning:
      'Somebody ended a transaction with PREPARE TRANSACTION and never with COMMIT PREPARED or ROLLBACK PREPARED. It keeps its locks for ever, across restarts of the server too. ' +
      'Waiting does not help, so the upgrade refuses. The message gives its name, its owner and its age.',
    causes: [
      'A transaction manager (two-phase commit) stopped half-way.',
      'Somebody tried PREPARE TRANSACTION by hand.',
    ],
    remedy: [
      'Ask whoever owns it. YokeFlow itself never prepares a transaction.',
      "To keep what it did, in psql, in this database: `COMMIT PREPARED 'NAME';`",
      "To undo it: `ROLLBACK PREPARED 'NAME';`",
      'Then: `yokeflow-upgrade upgrade`',
    ],
  },
  YF314: {
    title: 'An open transaction holds a lock that the upgrade needs',
    meaning:
      'As long as that transaction is open, the upgrade cannot have a table that it needs. It tries again and again, for as long as `--wait` allows, and never keeps YokeFlow waiting for longer than `--lock-timeout`. ' +
      'The finding names the session by its process id on the server, and says how long the transaction has been open.',
    causes: [
      "YokeFlow's API or an agent is in the middle of something.",
      'Somebody left a transaction open in psql or in another tool ("idle in transaction").',
      'A backup with pg_dump is running.',
    ],
    remedy: [
      'Let it end, or stop the program that it belongs to.',
      'Or give the upgrade more time: `yokeflow-upgrade upgrade --wait 300`',
      'For a forgotten one, end its session in psql: `SELECT pg_terminate_backend(PID);` What it did and did not commit is rolled back.',
    ],
    exitCode: null,
  },
  YF401: {
    title: 'Another upgrade of this database is running',
    meaning:
      'Two runs on one database never overlap: each holds an advisory lock until its transaction ends. The message names the machine and the process that it runs in, its process id on the server, and since when.',
    causes: [
      'A colleague, a second terminal or a script runs an upgrade.',
      'An earlier run was cut off, and the server has not noticed yet.',
    ],
    remedy: [
      'Wait until it ends, and see what it did: `yokeflow-upgrade status`',
      'To wait for it: `yokeflow-upgrade upgrade --wait 120`',
      'If nobody is at work there, end the session on the server, in psql: `SELECT pg_terminate_backend(PID);` PostgreSQL rolls it back.',
    ],
    changed: rolledBack,
  },
  YF402: {
    title: "YokeFlow's tables are in use",
    meaning:
      'The upgrade needs a lock on a table, and others held it for as long as `--wait` allows. It tried again and again for a short time each (`--lock-timeout`), ' +
      'so that YokeFlow was not held up. The message names who was in the way, asked while it was waiting: process id, program, state, and for how long. `verify` needs such locks for its probes, and tries once.',
    causes: [
      "YokeFlow's API or an agent has a transaction open.",
      'Somebody left a transaction open in psql or in another tool ("idle in transaction").',
      'A backup with pg_dump is running.',
    ],
    remedy: [
      "Stop YokeFlow's API and agents. The database must go on running. Then: `yokeflow-upgrade upgrade`",
      'Or wait longer: `yokeflow-upgrade upgrade --wait 300`',
      'For `verify`, run it again, or allow a longer wait in milliseconds: `yokeflow-upgrade verify --lock-timeout 5000`',
      'For a forgotten transaction, end its session with the pid from the message, in psql: `SELECT pg_terminate_backend(PID);`',
    ],
    changed: rolledBack,
  },
} satisfies Explanations;
