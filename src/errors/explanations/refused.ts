import type { Explanations } from './explanation.js';
import { fresh } from './fresh.js';
import { otherSessions } from './other-sessions.js';
import { rollback } from './rollback.js';
import { untrusted } from './untrusted.js';

export const refused = {
  YF301: {
    title: 'The database is empty',
    meaning:
      'There is no table in it at all, so there is nothing to upgrade. Nothing is installed for you unless you say so, because an empty database may also mean that this is the wrong one.',
    causes: [
      'The container has a new, empty volume. Your data is in another one.',
      "The connection leads to another database than YokeFlow's.",
      'A fresh installation of YokeFlow 1.4.0, whose initialisation stopped: see YF361.',
    ],
    remedy: [
      'If your data should be here, stop and look for its volume: `docker volume ls`',
      "If this is a fresh installation, load YokeFlow's schema and bring it to the newest release: `yokeflow-upgrade upgrade --init`",
    ],
  },
  YF302: {
    title: 'This is not a YokeFlow database',
    meaning:
      "The tables projects, sessions, epics, tasks and tests of YokeFlow 1.x are not all in it, or are not built like YokeFlow's. The message lists the tables that are.",
    causes: [
      "The connection leads to another program's database.",
      "YokeFlow's tables are in a schema of their own, and another schema was named.",
    ],
    remedy: [
      'See which database was taken and why: `yokeflow-upgrade status --verbose`',
      "Name YokeFlow's: `yokeflow-upgrade status --container NAME`",
      'Or name the schema: `yokeflow-upgrade status --schema NAME`',
    ],
  },
  YF303: {
    title: 'This is YokeFlow 2.x',
    meaning:
      'Several tables, columns and labels of YokeFlow 2.x are there. 2.0.0 has all of 1.4.0 and fourteen tables more; 2.1.0 and 2.2.0 are built differently. ' +
      'This program upgrades YokeFlow 1.x only and leaves 2.x alone. One such table or column in a fork of 1.x makes no 2.x of it.',
    causes: [
      'YokeFlow 2.x was installed here, wholly or until its installation stopped.',
      'The script that initialises 2.x was run over a database of 1.x. It says that it succeeded, and 2.x does not see the old tests.',
    ],
    remedy: [
      'Leave it as it is. A backup can be made: `yokeflow-upgrade backup`',
      'Where it was a 1.x before, go back to a backup of it: `yokeflow-upgrade restore FILE`',
      'If you meant another database: `yokeflow-upgrade status --container NAME`',
    ],
  },
  YF304: {
    title: 'A table that every YokeFlow 1.x has is missing',
    meaning:
      "One of session_quality_checks, prompt_improvement_analyses and prompt_proposals is not there. YokeFlow's installation makes it, no upgrade does, and its rows cannot be made up.",
    causes: ['Somebody dropped it.', 'A restore, or the first installation, stopped half-way.'],
    remedy: [
      'Restore the table from a backup that has it.',
      "Without a backup, create the table with its definition in YokeFlow's schema/postgresql/schema.sql. It will be empty.",
      'Then look again: `yokeflow-upgrade status`',
    ],
  },
  YF305: {
    title: "Several schemas hold YokeFlow's tables",
    meaning:
      'More than one schema of this database has the tables projects, sessions, epics and tasks. Only you know which one YokeFlow uses.',
    causes: ['A copy was kept in another schema.', 'Two installations share one database.'],
    remedy: [
      'See which one has the newest session, for each SCHEMA that the message names: `SELECT max(created_at) FROM SCHEMA.sessions;`',
      'Name the one in use: `yokeflow-upgrade plan --schema NAME`',
    ],
  },
  YF306: {
    title: 'Something of yours is built on what the upgrade changes',
    meaning:
      'As a finding about a view this is no problem: the upgrade takes your view down and puts it back as it was, with its owner, rights, options, comments, triggers and rules, in the same transaction. ' +
      'As an error it means that something of yours cannot be kept as it is, and so the upgrade refuses. The message names each such thing and why. Nothing of yours is ever dropped along with something else.',
    causes: [
      'A view, index, constraint, policy, trigger, rule, generated column, publication or function uses a column that goes away, such as session_quality_checks.check_type.',
      'Something uses intervention_actions.action_status, whose type changes.',
      "A view on one of YokeFlow's is materialized, or its rights were granted by a role for which yours cannot act.",
      "Something of yours has a name that YokeFlow needs, or one of YokeFlow's functions, views or triggers was given another shape.",
    ],
    remedy: [
      'If it is only a finding, do nothing.',
      'Otherwise save the definition of what the message names: `docker exec yokeflow_postgres psql -U agent -d yokeflow -c "\\d+ NAME"`',
      'Take it away yourself in psql, by its own name: `DROP VIEW NAME;`, `DROP INDEX NAME;`, `ALTER TABLE NAME DROP CONSTRAINT NAME;`, `DROP POLICY NAME ON TABLE;`',
      'Upgrade: `yokeflow-upgrade upgrade`',
      'Make it again, without what has gone away. Deep reviews are in session_deep_reviews afterwards.',
    ],
  },
  YF307: {
    title: 'You may not do all that the upgrade has to do',
    meaning:
      'Only its owner may alter a table, a type, a view or a function; making new ones takes CREATE on the schema, and a foreign key REFERENCES on the table that it points to. ' +
      'The upgrade acts as the owner of the table sessions, so that YokeFlow may use what it makes. The message names each object for which a right is lacking.',
    causes: [
      "The role that you connected with is neither the owner of YokeFlow's tables nor a member of the owner's role.",
      'From PostgreSQL 15 on, ordinary roles may not create anything in the schema public.',
      "One of YokeFlow's scripts was run as another user, such as postgres, and what it made belongs to that one.",
    ],
    remedy: [
      'Connect as the owner whom the message names: `yokeflow-upgrade upgrade --database-url postgresql://OWNER@HOST:5432/DATABASE`',
      'Or let a superuser make your role a member, in psql: `GRANT OWNER TO ROLE;`',
      'For single objects, let a superuser run the statements that the message ends with.',
    ],
  },
  YF308: {
    title: 'The server takes no changes',
    meaning:
      'It is a standby, which only repeats what its primary server does, or it is set to read-only. As an error this stops an upgrade. ' +
      'As a finding of `verify` it says that the probes did not run, because they write before they roll back.',
    causes: [
      'The connection leads to a replica.',
      'The setting default_transaction_read_only is on for the server, the database or the role.',
      'A managed server has run out of disk and was set to read-only.',
    ],
    remedy: [
      'Is it a standby? In psql: `SELECT pg_is_in_recovery();` If it says t, connect to the primary: `yokeflow-upgrade upgrade --database-url postgresql://USER@HOST:5432/DATABASE`',
      "Otherwise see where the setting comes from, in psql: `SELECT source FROM pg_settings WHERE name = 'default_transaction_read_only';`",
      'Take it off there, for a role for example: `ALTER ROLE NAME RESET default_transaction_read_only;`',
    ],
  },
  YF309: {
    title: 'PostgreSQL is too old',
    meaning:
      'The upgrade makes tables that use gen_random_uuid(). It is built in from PostgreSQL 13 on; 12 has it with the extension pgcrypto, in psql: `CREATE EXTENSION pgcrypto;` ' +
      'Servers before 12 are not upgraded at all. None of these versions is maintained any more.',
    remedy: [
      'Stop YokeFlow and save everything: `docker exec NAME pg_dump -U agent -Fc -f /tmp/yokeflow.dump yokeflow`',
      'Take the file out of the container: `docker cp NAME:/tmp/yokeflow.dump .`',
      "Start a newer PostgreSQL on a new volume. YokeFlow's own compose file uses postgres:16-alpine.",
      'Copy the file in, and restore it: `docker exec NAME pg_restore -U agent -d yokeflow /tmp/yokeflow.dump`',
      'Then: `yokeflow-upgrade status`',
    ],
  },
  YF310: {
    title: 'The database is newer than the release that you asked for',
    meaning: 'The release in `--to` is older than the one that the database is at. An upgrade never goes back.',
    remedy: [
      'To stay where you are, leave `--to` out: `yokeflow-upgrade status`',
      'To go back to the release before, and keep the rows: `yokeflow-upgrade rollback`',
      'To go back further, restore a backup from before the upgrade. Rows written since then are lost: `yokeflow-upgrade restore FILE`',
    ],
  },
  YF311: {
    title: 'Agent sessions are running',
    meaning:
      'YokeFlow is at work in this database, and you gave `--yes`, so you were not asked. The upgrade needs its tables for a moment. An agent that writes just then may have to wait or fail.',
    causes: [
      'An agent really is working. It writes sessions.last_heartbeat every 60 seconds.',
      'An agent died a short while ago. Its session counts as running until its heartbeat is 35 minutes old (initializer), 15 (coding) or 10 (review).',
    ],
    remedy: [
      'Let the sessions that the message names end, or stop them in YokeFlow. Then: `yokeflow-upgrade upgrade`',
      'To go on all the same: `yokeflow-upgrade upgrade --while-running`',
    ],
  },
  ...fresh,
  ...untrusted,
  ...otherSessions,
  ...rollback,
} satisfies Explanations;
