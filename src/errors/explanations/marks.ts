import type { Explanations } from './explanation.js';

/** What bears this program's mark, what holds an only copy, and what a restore can do and what it cannot. */
export const marks = {
  YF348: {
    title: 'The backup holds no rows, and your database does',
    meaning:
      "A restore puts the backup in the database's place. This backup has tables of YokeFlow without rows, and in your database they have some. The message names them. " +
      'The database that is there now would be kept under another name, but YokeFlow would start on empty tables.',
    causes: [
      'The backup was made with `pg_dump --schema-only`, or with `--exclude-table-data`.',
      'It was made of a database that was still empty.',
    ],
    remedy: [
      'See what the backup holds: `pg_restore --list FILE`',
      'Name another backup: `yokeflow-upgrade restore FILE`',
      'If you want the empty tables: `yokeflow-upgrade restore FILE --discard-rows`',
    ],
  },
  YF349: {
    title: 'The restore left something unfinished that holds no rows',
    meaning:
      'Every table, row, constraint and sequence of the backup is there. Something else could not be made or filled: a materialized view, an extension, a right, an owner, an event trigger, ' +
      'a publication or a foreign server, for example. The finding names it, says why, and gives the statement that finishes it. A subscription is never made: the database that was there still uses its slot.',
    causes: [
      'A role that the backup names does not exist on this server.',
      'An extension is not installed on this server.',
      'Only a superuser may make it, and you connected as another role.',
    ],
    remedy: [
      'Mend what the finding says, then run its statement in psql.',
      'For a subscription, fill in its connection string: it may hold a password, so it is not shown.',
    ],
    changed: 'The restore was committed. A finding only says what is there.',
    exitCode: null,
  },
  YF814: {
    title: 'Deep reviews are set aside, and this is their only copy',
    meaning:
      'When the upgrade moved the deep reviews of 1.1.0, a session had more than one, or had another one already. session_deep_reviews has room for one of each session. ' +
      'The others are in the table yokeflow_upgrade.set_aside_deep_reviews, and nowhere else.',
    remedy: [
      'Read them, in psql: `SELECT * FROM yokeflow_upgrade.set_aside_deep_reviews ORDER BY session_id, created_at;`',
      'Save them before you drop the table, the schema yokeflow_upgrade, or a database that a restore has kept.',
    ],
  },
  YF815: {
    title: 'A restore of this backup will meet something that it may not be able to make',
    meaning:
      'The backup holds all rows. Something in the database depends on the server, on a superuser or on other roles, or belongs to the database and not to what pg_dump writes. ' +
      'On the same server a restore by the same role usually makes it again. On another server it may not. A restore goes on past it and names what is left to do.',
    remedy: [
      'Nothing to do now.',
      'Before you restore on another server, make the roles and install the extensions that the finding names.',
    ],
  },
  YF818: {
    title: "Something looks like this program's and is not provably so",
    meaning:
      "Scratch databases, temporary dumps, unfinished backups and the table yokeflow_upgrade.set_aside_deep_reviews are this program's own where name and mark agree, and where nobody can be using them. " +
      'This has the one and not the other, so it was neither dropped, removed nor written to.',
    causes: [
      "You gave a database such a name, or copied one of this program's.",
      'An older version of this program was killed before it marked what it had made.',
      'It was made on another machine, in another container or by another user, and may still be in use there.',
      "A table or view of your own has the name of one of this program's.",
    ],
    remedy: [
      'Look at it. If nobody needs it, drop or remove it yourself, as the finding says.',
      'If you need it, give it another name, and the finding is gone.',
    ],
  },
  YF830: {
    title: 'A file that is called a backup of this database was left alone',
    meaning:
      '`--keep N` removes older backups, and only what is one beyond doubt: a file of your own, of this server and database by its name, whose archive says the same. ' +
      'This one is damaged, or its name and what is in it do not agree. It was not counted among the N, so an older backup that is whole has stayed in its place.',
    causes: [
      'The file was cut short, by a full disk or by a copy that broke off.',
      'It was renamed, or another file was given its name.',
      'A newer pg_dump made it than the pg_restore that is here can read.',
    ],
    remedy: ['See what is in it: `pg_restore --list FILE`', 'If nobody needs it, remove it yourself.'],
  },
  YF831: {
    title: 'An older backup could not be removed',
    meaning: 'The new backup is made and whole. `--keep N` was to remove an older one, and the system did not let it.',
    causes: ['The folder is read-only, or on a disk that keeps its files for a time.'],
    remedy: ['Remove it yourself, as the finding says.', 'Or leave `--keep` out.'],
  },
  YF832: {
    title: 'It is not known which backups are of this database',
    meaning:
      'The name of a backup tells the server that it is of. Your role may not ask PostgreSQL which server it is at, so `--keep` removed nothing. The new backup is made and whole.',
    causes: ['The right to call pg_control_system() was taken from PUBLIC.'],
    remedy: [
      'Let a superuser give it back, in psql: `GRANT EXECUTE ON FUNCTION pg_control_system() TO PUBLIC;`',
      'Or remove older backups yourself.',
    ],
  },
} satisfies Explanations;
