import type { Explanations } from './explanation.js';

/** What of the server, and of the rest of the database, a run would meet in its middle: it is looked for before anything is asked. */
export const conditions = {
  YF319: {
    title: 'An event trigger forbids what has to be done',
    meaning:
      'An event trigger runs a function whenever something of the schema is made, altered or dropped. Before upgrade and rollback ask, they try the commands that they are going to need, on objects of their own, and roll that back. ' +
      'One of these was refused. The message names the event trigger, the command and what its function said. Event triggers that only watch let everything through and are not in the way.',
    causes: [
      'A guard keeps anybody from changing the schema outside of a window.',
      'The function of an audit fails, for example because its table is gone or the role may not write to it.',
    ],
    remedy: [
      'See what there is, in psql: `\\dy+`',
      'Let a superuser switch it off for the time of the run: `ALTER EVENT TRIGGER NAME DISABLE;`',
      'Run the command again: `yokeflow-upgrade upgrade`',
      'Put it back: `ALTER EVENT TRIGGER NAME ENABLE;`',
    ],
  },
  YF320: {
    title: 'A COMMIT would wait for a standby that is not there',
    meaning:
      'The server confirms a COMMIT only after as many standbys as synchronous_standby_names asks for have it too. Fewer are connected, so the COMMIT would not return until one comes, with every lock held. ' +
      'Nothing is begun that could not come to its end. Writes of YokeFlow wait in the same way at the moment.',
    causes: [
      'A standby is down, or its network is.',
      'A standby was taken away and synchronous_standby_names still asks for it.',
      'It is still catching up, and counts only once it has.',
    ],
    remedy: [
      'See which are there, as a superuser in psql: `SELECT application_name, state, sync_state FROM pg_stat_replication;`',
      "Bring the standby back. If it is gone for good: `ALTER SYSTEM SET synchronous_standby_names = '';` and `SELECT pg_reload_conf();`",
      'To confirm without a standby for your role alone, at your own risk: `ALTER ROLE NAME SET synchronous_commit = local;` Put it back afterwards: `ALTER ROLE NAME RESET synchronous_commit;`',
      'Then: `yokeflow-upgrade upgrade`',
    ],
  },
  YF321: {
    title: 'Your role, or the database, may not have enough connections',
    meaning:
      'A change takes two sessions at a time: one that works, and one that watches it and reads beside it. A limit of the role (ALTER ROLE … CONNECTION LIMIT), of the database or of the server leaves fewer. ' +
      'The message says which limit it is, and how much of it others use.',
    causes: ["YokeFlow's API and agents connect as the same role and use up its limit.", 'The limit is 1.'],
    remedy: [
      "Stop YokeFlow's API and agents. Then: `yokeflow-upgrade upgrade`",
      'Or let a superuser raise the limit, in psql: `ALTER ROLE NAME CONNECTION LIMIT -1;` or `ALTER DATABASE NAME CONNECTION LIMIT -1;`',
    ],
  },
  YF354: {
    title: 'Your role may not read all that a backup holds',
    meaning:
      "A backup takes the whole database, also what is not YokeFlow's. pg_dump locks and reads each table and each sequence, and reads each large object, and stops at the first that it may not. " +
      'The message names what the role lacks: USAGE on a schema, SELECT on a table or a sequence, or the right to read large objects of other roles.',
    causes: [
      'Another program keeps tables of its own in the same database.',
      'A table was made by another role, such as a superuser, and never granted to yours.',
    ],
    remedy: [
      'Let a superuser give the right, in psql, on PostgreSQL 14 or later: `GRANT pg_read_all_data TO ROLE;` On an older one, grant SELECT on each object that the message names.',
      'Or connect as a superuser: `yokeflow-upgrade upgrade --database-url postgresql://USER@HOST:5432/DATABASE`',
      'If you have a backup of your own: `yokeflow-upgrade upgrade --no-backup`',
    ],
  },
  YF355: {
    title: 'Row security keeps rows out of a backup',
    meaning:
      'A table has row-level security, and its policies hold for the role that pg_dump connects as. A backup that lacks rows is none, so pg_dump switches row security off, and PostgreSQL then refuses to read the table. ' +
      'The message names each such table, in any schema of the database.',
    causes: [
      'ALTER TABLE … FORCE ROW LEVEL SECURITY, which holds for the owner too.',
      'ALTER TABLE … ENABLE ROW LEVEL SECURITY on a table of another role.',
    ],
    remedy: [
      'Let a superuser exempt the role, in psql: `ALTER ROLE NAME BYPASSRLS;` and take that back afterwards: `ALTER ROLE NAME NOBYPASSRLS;`',
      'Or connect as a superuser: `yokeflow-upgrade upgrade --database-url postgresql://USER@HOST:5432/DATABASE`',
      'If you have a backup of your own: `yokeflow-upgrade upgrade --no-backup`',
    ],
  },
  YF356: {
    title: 'An extension that tables are built on cannot be made',
    meaning:
      'A restore, and a copy to rehearse on that is made by dump and restore, makes each extension anew. This one only a superuser may make, or its files are not on the server. ' +
      'Tables have its types or call its functions, so they could not be made, and neither could their rows. An extension that no table is built on is no reason to refuse: a restore goes on past it and names it.',
    causes: [
      'A superuser installed the extension, and you restore as another role.',
      "The server was moved or upgraded, and the extension's package was not installed there.",
    ],
    remedy: [
      'See what the server has, in psql: `SELECT name, default_version FROM pg_available_extensions;`',
      'Connect as a superuser: `yokeflow-upgrade restore FILE --database-url postgresql://USER@HOST:5432/DATABASE`',
      'For a rehearsal, stop YokeFlow: where nobody is connected PostgreSQL copies the files itself. `yokeflow-upgrade rehearse`',
    ],
  },
  YF819: {
    title: 'Whether a synchronous standby is there cannot be seen',
    meaning:
      'The server confirms a COMMIT only after standbys have it too. Enough receivers are connected for that, and whether they are the ones that a COMMIT waits for is shown only to superusers and members of pg_read_all_stats. ' +
      'If they are not, the COMMIT waits.',
    remedy: [
      'Look as a superuser, in psql: `SELECT application_name, state, sync_state FROM pg_stat_replication;` Those with `sync` or `quorum` count.',
      'To have it looked at beforehand: `GRANT pg_read_all_stats TO ROLE;`',
    ],
  },
  YF820: {
    title: 'The collation is of another version than when the indexes were made',
    meaning:
      'The operating system or ICU sorts texts by other rules than it did when the database, or a collation, was made. Indexes on texts may then be in the wrong order: rows are not found by them, and unique ones let duplicates in. ' +
      'PostgreSQL warns of it at every connection. An upgrade neither mends nor worsens it, so it goes on.',
    causes: [
      'The operating system was upgraded under the database.',
      "The container's image was changed from Debian to Alpine, or to a newer release of either.",
      'The data folder was moved to another machine.',
    ],
    remedy: [
      'Stop YokeFlow, and make the indexes anew, in psql: `REINDEX DATABASE NAME;`',
      'Note the new version, as the owner: `ALTER DATABASE NAME REFRESH COLLATION VERSION;` and for a collation of its own `ALTER COLLATION NAME REFRESH VERSION;`',
      'If REINDEX finds duplicates, keep one row of each before you go on.',
    ],
  },
  YF821: {
    title: 'An event trigger fires on what the upgrade does',
    meaning:
      'An event trigger runs a function whenever something of the schema is made, altered or dropped, and so during the upgrade. One that only watches needs nothing. One that forbids it would make the upgrade fail and roll back. ' +
      '`status`, `plan` and `verify` never run it. `upgrade` and `rollback` try it before they ask, and refuse with YF319 where it forbids.',
    remedy: [
      'See what there is, in psql: `\\dy+`',
      'To see whether it lets the upgrade through: `yokeflow-upgrade upgrade --dry-run`',
    ],
  },
} satisfies Explanations;
