import type { Explanations } from './explanation.js';

/** After COMMIT, the user's own decision, and what this program did not foresee. */
export const outcome = {
  YF601: {
    title: 'The upgrade is done, and a check fails afterwards',
    meaning:
      'Every check passed inside the transaction, and it was committed. A second look from a new session found a check that fails.',
    causes: [
      'Somebody changed the database in the moments after COMMIT.',
      'Something works for one session and not for another, such as a setting of the role or of the database.',
    ],
    remedy: [
      'See which checks fail now: `yokeflow-upgrade verify`',
      'Repair what fails. Steps that are in order are not run again: `yokeflow-upgrade upgrade`',
    ],
    changed: 'The database was changed: the upgrade was committed.',
  },
  YF602: {
    title: 'The upgrade is done, but could not be verified afterwards',
    meaning:
      'Every check passed inside the transaction, and it was committed. The second look, from a new session, did not come about.',
    causes: ['The server or the container stopped just after COMMIT.', 'Somebody holds a lock on a table of YokeFlow.'],
    remedy: ['Run every check: `yokeflow-upgrade verify`'],
    changed: 'The database was changed: the upgrade was committed.',
  },
  YF701: {
    title: 'You cancelled the run',
    meaning:
      'You chose to leave, you pressed Ctrl-C, or the program was told to stop. It rolled back what was under way before it ended.',
    remedy: ['To be sure of the state: `yokeflow-upgrade status`', 'To start again: `yokeflow-upgrade`'],
    changed:
      'Before you confirm, nothing is ever changed. After that the upgrade is one transaction: cancelled before COMMIT, nothing of it stays, ' +
      'except perhaps the labels `paused` and `resumed` of the type session_status, which harm nothing.',
  },
  YF901: {
    title: 'This program met an error that it did not foresee',
    meaning: 'This is most likely a defect of yokeflow-upgrade and not of your database.',
    remedy: [
      'See what state the database is in. This changes nothing: `yokeflow-upgrade status`',
      'Run your command again and see every step: add `--verbose`.',
      'Write a report, from which secrets are taken out, and read it: `yokeflow-upgrade report --out report.md`',
      'Give it to the maintainers, with the command that you typed and the message that you saw.',
    ],
    changed:
      'The code alone does not tell whether anything was changed. The message does where that is known, and otherwise `yokeflow-upgrade status`. Exit code 1 means that nothing was, and 7 that it is not known.',
    exitCode: null,
  },
} satisfies Explanations;
