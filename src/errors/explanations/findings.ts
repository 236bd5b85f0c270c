import { ExitCode } from '../codes.js';
import type { Explanations } from './explanation.js';

const exitCode = ExitCode.due;

const seeAndRepair = [
  'See what the repair does: `yokeflow-upgrade plan`',
  'Repair it, in one transaction: `yokeflow-upgrade upgrade`',
  'Prove that it works: `yokeflow-upgrade verify`',
];

export const findings = {
  YF801: {
    title: 'pause_session and resume_session fail on every call',
    meaning:
      'Both functions set sessions.updated_at, and no release of YokeFlow has that column. Each call raises "column does not exist" (SQLSTATE 42703), so nothing can be paused or resumed.',
    causes: [
      'YokeFlow 1.4.0 was installed by its documented commands. PostgreSQL does not look into such a function until it is called, so the installation seemed to succeed.',
    ],
    remedy: [...seeAndRepair, 'The repair replaces the two functions. It adds no column and touches no row.'],
    exitCode,
  },
  YF802: {
    title: 'A session can be resumed once in its life',
    meaning:
      'The constraint unique_active_pause_per_session covers (session_id, resolved). That allows one resolved pause for each session, so the second resume raises "duplicate key" (SQLSTATE 23505). ' +
      'What was meant is at most one unresolved pause.',
    causes: ['YokeFlow 1.4.0 was installed by its documented commands.'],
    remedy: [
      ...seeAndRepair,
      "The repair puts a unique index of the same name, over unresolved pauses only, in the constraint's place. All pauses are kept.",
    ],
    exitCode,
  },
  YF803: {
    title: 'YokeFlow cannot write its audit trail',
    meaning:
      "The column intervention_actions.action_status is a varchar(20). YokeFlow's INSERT and UPDATE use one parameter both for this column and in a list of texts, " +
      'and PostgreSQL refuses to prepare that: "inconsistent types deduced for parameter" (SQLSTATE 42P08).',
    causes: ['YokeFlow 1.4.0 was installed by its documented commands.'],
    remedy: [
      ...seeAndRepair,
      'The repair makes the column text. All rows are kept, and so are views of yours that use the column.',
    ],
    exitCode,
  },
  YF804: {
    title: 'A pause, a checkpoint or a recovery blocks deletions',
    meaning:
      'A foreign key has no ON DELETE rule. Resetting a project or cancelling an initialisation then raises a foreign key violation (SQLSTATE 23503), and so does deleting a project after a recovery. ' +
      'There are four: paused_sessions.current_task_id, session_checkpoints.current_task_id, session_checkpoints.current_epic_id and checkpoint_recoveries.new_session_id.',
    causes: ['YokeFlow 1.4.0 was installed by its documented commands.'],
    remedy: [
      ...seeAndRepair,
      'The repair makes the foreign key ON DELETE SET NULL: what pointed to a deleted task, epic or session stays, and points to nothing.',
    ],
    exitCode,
  },
  YF805: {
    title: 'Deep reviews are still among the quality checks',
    meaning:
      'Up to 1.1.0 the table session_quality_checks also held deep reviews, in review_text, review_summary and prompt_improvements. Later releases read them from session_deep_reviews. ' +
      "YokeFlow's own clean-up script for 1.1.1 drops the three columns with whatever is in them, and drops views of yours that are built on its views. Do not run it.",
    causes: ['The database is at 1.0.0 or 1.1.0, or only the other one of the two scripts for 1.1.1 was run.'],
    remedy: [
      'See what the upgrade does: `yokeflow-upgrade plan`',
      'Move the reviews: `yokeflow-upgrade upgrade`',
      'The newest review of each session goes to session_deep_reviews, unless the session has one there. ' +
        'Every other one is kept in yokeflow_upgrade.set_aside_deep_reviews. Then the columns go.',
      'Afterwards, see whether any were set aside, in psql: `SELECT * FROM yokeflow_upgrade.set_aside_deep_reviews;` If there is no such table, none were. It is the only copy of them, so save them before you drop it or its schema.',
    ],
    exitCode,
  },
  YF806: {
    title: 'A part of a release is missing, or one that it takes away is still there',
    meaning:
      'Some of a release is in the database and some is not. The finding names the table, column, index, view, function, trigger or label.',
    causes: [
      "Only one of a release's scripts was run.",
      'A script stopped half-way. Without ON_ERROR_STOP, psql goes on after an error and ends as if all were well.',
      'The installation of 1.1.0 stopped at the error in its schema file.',
      'Somebody dropped the object.',
    ],
    remedy: seeAndRepair,
    exitCode,
  },
  YF807: {
    title: 'A part of a release is not as it should be',
    meaning:
      'An object of a release is there and differs from what YokeFlow needs. The finding says what was expected and what was found.',
    causes: [
      'Somebody changed it.',
      'A fork of YokeFlow made it otherwise.',
      "It was there before, under the same name, and YokeFlow's script left it alone.",
    ],
    remedy: [
      "If you changed it on purpose, save your definition first: the repair makes it YokeFlow's again. A column of another type is not converted; the upgrade then fails and is rolled back.",
      ...seeAndRepair,
    ],
    exitCode,
  },
  YF808: {
    title: "Something that no step touches differs from YokeFlow's",
    meaning:
      'A part that every YokeFlow 1.x has is missing here, or is another one. The upgrade neither needs it nor mends it. It is reported so that you know.',
    causes: ['You or a fork of YokeFlow changed it.', 'The database was restored in part.'],
    remedy: [
      'If you changed it on purpose, there is nothing to do.',
      "Otherwise compare it with YokeFlow's schema/postgresql/schema.sql and mend it in psql.",
      'Look again: `yokeflow-upgrade status`',
    ],
  },
  YF809: {
    title: 'Something is there and does not work',
    meaning:
      "The catalog looks right. A probe, which uses YokeFlow's functions and views on sample rows and rolls them back, fails on this database all the same. The finding holds PostgreSQL's own words.",
    causes: [
      'A function or view has the right shape and another text.',
      'A trigger, a rule or a required column of your own is in the way.',
    ],
    remedy: [
      'See every check and probe: `yokeflow-upgrade verify`',
      "Run the step again. It puts YokeFlow's functions and views in place: `yokeflow-upgrade upgrade`",
      'If it fails with YF502, look at your own triggers, in psql: `\\d+ sessions`',
    ],
    exitCode,
  },
  YF810: {
    title: 'The run will not be recorded',
    meaning:
      "Each run leaves a row in the table yokeflow_upgrade.runs, which `yokeflow-upgrade status` shows. The role that owns YokeFlow's tables may not create that schema, or may not write to it. " +
      'The upgrade goes on without: nothing is ever decided by the record.',
    causes: [
      'The role has no CREATE privilege on the database, as is usual on managed servers.',
      'The schema or the table belongs to another role.',
    ],
    remedy: [
      'Do nothing, if you do not need the record.',
      'Otherwise let a superuser give the right, in psql: `GRANT CREATE ON DATABASE NAME TO OWNER;`',
      'Then: `yokeflow-upgrade upgrade`',
    ],
  },
  YF813: {
    title: 'A function or view is replaced',
    meaning:
      "A due step puts YokeFlow's own function or view in place of the one that is there under the same name. Whether the one that is there is YokeFlow's or was changed by you cannot be told. " +
      'A function keeps its owner, rights and comment, and loses its text, SECURITY DEFINER and SET options. A view keeps all but its query. The text of before is kept in the column replaced of yokeflow_upgrade.runs.',
    causes: [
      "The function or view is YokeFlow's of an older or unmended release. That is the usual case.",
      'You changed it.',
    ],
    remedy: [
      'If you never changed it, do nothing.',
      'Otherwise upgrade, and look at the text of before in psql: `SELECT replaced FROM yokeflow_upgrade.runs ORDER BY ended_at DESC LIMIT 1;`',
      'Make your change again on the new text, in psql, then check that all works: `yokeflow-upgrade verify`',
    ],
  },
  YF811: {
    title: 'Labels of the newer release stay behind a rollback',
    meaning:
      'An enum type keeps the labels that the newer release brought, such as `paused` and `resumed` of session_status, because PostgreSQL cannot drop a label. No row has one of them after a rollback, and the older release never uses them. ' +
      'Everything else is as the older release has it.',
    remedy: ['Nothing to do. A later upgrade uses the labels again.'],
    changed: 'The rollback was committed. A finding only says what is there.',
  },
  YF812: {
    title: 'Code of another role runs with your rights',
    meaning:
      "You are connected as a superuser, and YokeFlow's tables belong to a role that is none. Whatever that role has put on them (triggers, rules, defaults, functions) runs with your rights " +
      'when a row is written, in the probes of `yokeflow-upgrade verify` too. PostgreSQL has no way to prevent that.',
    causes: ["The container's POSTGRES_USER is a superuser, and YokeFlow uses a role of its own."],
    remedy: [
      'Connect as the owner of the tables: `yokeflow-upgrade upgrade --database-url postgresql://OWNER@HOST:5432/DATABASE`',
      'Or go on, if you trust that role.',
    ],
  },
  YF816: {
    title: 'Something could not be probed on this database',
    meaning:
      "Probes use YokeFlow's functions on sample rows and roll everything back. Here a rule of your own keeps the sample rows out, or forbids what YokeFlow has always done: " +
      'a trigger that refuses deletes, a key to a table without rows. That would happen with or without the release, so it says nothing against it. ' +
      'The checks of the catalog hold all the same, and what can be probed is probed.',
    causes: [
      'A trigger, rule or policy of yours refuses or swallows the change.',
      'A column of yours takes only what no existing row shows.',
      "The role may not write to YokeFlow's tables.",
    ],
    remedy: [
      'Nothing to do if the rule is meant.',
      'To see which probes it is about, and why: `yokeflow-upgrade verify`',
      'To count it as failed: `yokeflow-upgrade verify --strict`',
    ],
    changed: 'As a finding it changes nothing. With --strict it ends the run, and nothing was changed.',
    exitCode: ExitCode.failed,
  },
} satisfies Explanations;
