import type { Explanations } from './explanation.js';

/** Why a rollback is refused. */
export const rollback = {
  YF331: {
    title: 'A rollback would lose rows',
    meaning:
      'Tables that only the newer release has hold rows, such as pauses, audit entries, notification settings, checkpoints or recoveries, or rows have a label that only it knows, such as `paused` sessions. The release before has no place for any of these. ' +
      'The message says how many rows there are in each table.',
    causes: ['YokeFlow has been at work since the upgrade.'],
    remedy: [
      'To keep the rows, stay at the release that you have. If something of it does not work: `yokeflow-upgrade verify`',
      'To give them up: `yokeflow-upgrade rollback --discard-rows` It makes a backup first, drops the tables with their rows, and gives rows with such a label an older one: `interrupted` to paused and resumed sessions.',
    ],
  },
  YF332: {
    title: 'There is no way back from this release',
    meaning:
      'A rollback leads from a release, or from a part of it, to the one before, where the newer one has a way back. Everything of the older one must be there and as it should be, because a rollback only takes away and adds nothing.',
    causes: [
      'The database is at an older release.',
      'A part of a release was installed on one that is older than the release before it.',
      'Something that the older release has is missing or was changed.',
    ],
    remedy: [
      'See what is there: `yokeflow-upgrade status --verbose`',
      'To complete it: `yokeflow-upgrade upgrade`',
      'To go back further, restore a backup from before the upgrade. Rows written since then are lost.',
    ],
  },
  YF333: {
    title: 'Something of yours is built on what the rollback drops',
    meaning:
      'A view, a foreign key, a function, a policy or a column of your own uses a table, view or function that only the newer release has. The rollback never drops anything of yours that stands by itself, so it refuses. The message names each one.',
    causes: [
      'A view of your own reads pauses or checkpoints.',
      'A table of your own refers to paused_sessions or session_checkpoints.',
    ],
    remedy: [
      'Save the definition, for a view in psql: `\\d+ NAME`',
      'Drop it yourself, for a view in psql: `DROP VIEW NAME;`',
      'Go back: `yokeflow-upgrade rollback`',
    ],
  },
} satisfies Explanations;
