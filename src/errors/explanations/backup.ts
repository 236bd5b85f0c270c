import type { Explanations } from './explanation.js';

/** What can be in the way of a backup and of the way back from it. */
export const backup = {
  YF340: {
    title: 'There is not enough room for the backup',
    meaning:
      'Before the upgrade the database is backed up, and the disk of the folder has less room than the database is large. ' +
      'A backup is compressed and holds no indexes, so it is usually much smaller. How small is only known afterwards, and a full disk in the middle helps nobody.',
    remedy: [
      'See what is free where: `df -h`',
      'Name a folder with more room: `yokeflow-upgrade upgrade --backup-dir DIR`',
      'If you have a backup of your own: `yokeflow-upgrade upgrade --no-backup`',
    ],
  },
  YF341: {
    title: 'No pg_dump that fits the server',
    meaning:
      "A backup is made by PostgreSQL's own pg_dump. In a container its own is used. Over a direct connection it has to be on this machine, " +
      "and of the server's major version or later, since pg_dump refuses a newer server. It is looked for on the PATH and where installers put it.",
    remedy: [
      "On Debian and Ubuntu, with the server's major version: `apt install postgresql-client-16` (apt.postgresql.org has those that the distribution lacks)",
      'On macOS: `brew install postgresql@16`',
      'On Windows: `winget install PostgreSQL.PostgreSQL.16`',
      'If the server runs in a container on this machine, name that, and its own is used: `yokeflow-upgrade upgrade --container NAME`',
      'If you have a backup of your own: `yokeflow-upgrade upgrade --no-backup`',
    ],
  },
  YF342: {
    title: 'The backup cannot be written to its folder',
    meaning:
      'The folder for the backup is a file, is read-only or belongs to another user, or it cannot be made. Without `--backup-dir` it is yokeflow-backups in the current folder.',
    remedy: [
      'Name one that you may write to: `yokeflow-upgrade upgrade --backup-dir DIR`',
      'If you have a backup of your own: `yokeflow-upgrade upgrade --no-backup`',
    ],
  },
  YF343: {
    title: 'The database is in use, and a restore takes its place',
    meaning:
      'The restored database takes the name of the one that is there, and PostgreSQL renames no database while anyone is connected to it. ' +
      'The message names who is. Rows that they write now would be left in the database that is put aside.',
    causes: [
      "YokeFlow's API or an agent is running.",
      'psql, an editor or a dashboard is open on the database.',
      'A transaction was prepared there and never finished.',
    ],
    remedy: [
      "Stop YokeFlow's API and agents, and leave the database running. Then: `yokeflow-upgrade restore FILE`",
      'To end the sessions, with whatever they are at: `yokeflow-upgrade restore FILE --while-running`',
    ],
  },
  YF344: {
    title: 'The file is not a whole archive of pg_dump',
    meaning:
      'A backup is an archive that pg_dump wrote with `--format=custom`. pg_restore read the file from its beginning to its end, or tried to, before anything was changed.',
    causes: [
      'The file was cut short, by a full disk or by a copy that broke off.',
      'It is SQL text. That is for psql.',
      'It was made by a newer pg_dump than the pg_restore that is here.',
      'It is a `.partial` file, which a backup is called until it is finished and checked.',
    ],
    remedy: [
      'See what pg_restore says: `pg_restore --list FILE`',
      'Name another backup: `yokeflow-upgrade restore FILE`',
      'SQL text goes into an empty database with psql: `psql -v ON_ERROR_STOP=1 -d DATABASE -f FILE`',
    ],
  },
  YF345: {
    title: 'Your role may not restore a database',
    meaning:
      'A restore makes a new database and renames the one that is there. For the first a role needs CREATEDB, for the second it has to own the database besides.',
    remedy: [
      'Let a superuser give it the right, in psql: `ALTER ROLE NAME CREATEDB;`',
      'Or connect as a role that may: `yokeflow-upgrade restore FILE --database-url postgresql://USER@HOST:5432/DATABASE`',
      'Without either, load the archive into a database that somebody makes for you: `pg_restore --no-owner --exit-on-error -d NEW_DATABASE FILE`',
    ],
  },
  YF346: {
    title: 'What the archive holds is not YokeFlow 1.x',
    meaning:
      'The archive was restored into a scratch database and looked at. It lacks what every YokeFlow 1.x has, so the scratch database was dropped. The message says what it found.',
    causes: ['It is the backup of another database.', 'It was made of a part of the database only.'],
    remedy: ['See what is in it: `pg_restore --list FILE`', 'Name another backup: `yokeflow-upgrade restore FILE`'],
  },
  YF510: {
    title: 'The backup failed, so nothing was begun',
    meaning:
      'pg_dump ended with an error, or its file could not be written or read back to the end. The unfinished file was removed. The upgrade had not begun.',
    causes: [
      'The disk became full.',
      "Your role may not read one of the tables. A backup takes all of the database, also what is not YokeFlow's.",
      'The server, the container or the network went away.',
    ],
    remedy: [
      'Mend what the message names, and try the backup alone: `yokeflow-upgrade backup`',
      'On a full disk, name another folder: `yokeflow-upgrade upgrade --backup-dir DIR`',
      'If you have a backup of your own: `yokeflow-upgrade upgrade --no-backup`',
    ],
  },
  YF511: {
    title: 'The restore failed, and your database is as it was',
    meaning:
      'The archive is restored into a scratch database, which takes the place of yours only at the very end. Something failed before that. The scratch database was dropped.',
    causes: [
      'A role that owns something in the archive does not exist on this server.',
      'An extension that the archive needs is not installed on this server.',
      'The server ran out of disk: for a while it holds both databases.',
      'The server, the container or the network went away.',
    ],
    remedy: [
      'Mend what the message names. Then: `yokeflow-upgrade restore FILE`',
      'To see that your database is as it was: `yokeflow-upgrade status`',
    ],
  },
} satisfies Explanations;
