import { rolledBack, type Explanations } from './explanation.js';

export const busy = {
  YF401: {
    title: 'Another upgrade of this database is running',
    meaning:
      'Two runs on one database never overlap: each holds an advisory lock until its transaction ends. The message names the machine and the process that it runs in, its process id on the server, and since when.',
    causes: ['An earlier run was cut off, and the server has not noticed yet.'],
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
