import type { Explanations } from './explanation.js';

export const commandLine = {
  YF101: {
    title: 'The command line cannot be read',
    meaning:
      'A command, an option or a value is not one that this program knows. It stopped before it looked for a database.',
    causes: [
      'A name is misspelled, or a value is missing after an option.',
      'The value cannot be right, such as `--container` with something that Docker does not allow as a name.',
      'A connection string stands where a name, a folder or a file is meant. It is not repeated, because a password may be in it.',
    ],
    remedy: [
      'See the commands and options: `yokeflow-upgrade --help`',
      'Correct the one that the message names, and run it again.',
    ],
  },
  YF102: {
    title: 'A question is open, and there is no terminal to ask it on',
    meaning: 'You have to decide something, and nobody can be asked here. The program never guesses, so it stopped.',
    causes: [
      'It runs in a script, a cron job or CI.',
      'Input or output goes through a pipe. Answers through a pipe are not read.',
      '`--json` was given, which asks no questions.',
    ],
    remedy: [
      'To upgrade without questions: `yokeflow-upgrade upgrade --yes`',
      'To see first what would happen: `yokeflow-upgrade plan`',
    ],
  },
  YF103: {
    title: 'Two options exclude each other',
    meaning:
      'The options that you gave ask for two different things, for example `--container` and `--database-url` for two databases.',
    remedy: ['Leave out one of the two options that the message names.'],
  },
  YF104: {
    title: 'The release in --to is not known',
    meaning:
      'The value of `--to` is not a YokeFlow release that this version of the program knows. It only knows releases of YokeFlow 1.x.',
    causes: [
      'The release is newer than this program.',
      'It is misspelled. A release is written as three numbers with dots between.',
    ],
    remedy: [
      'Leave `--to` out to reach the newest release that is known: `yokeflow-upgrade plan`',
      'For a release newer than that, take a newer version of this program first.',
    ],
  },
  YF105: {
    title: 'There is no such code',
    meaning:
      '`explain` takes the code of an error or a finding: the letters YF and three digits. Small letters, or the digits alone, will do.',
    remedy: [
      'Copy the code from the message that you saw: `yokeflow-upgrade explain YF402`',
      'See all codes with their titles: `yokeflow-upgrade explain`',
      'To see the findings of your database again: `yokeflow-upgrade status`',
    ],
  },
  YF106: {
    title: 'The backup file cannot be read',
    meaning:
      '`restore` takes the path of a backup, and the one that you gave leads to no file that you may read. A pipe, a device or a folder is none: a backup is read several times over.',
    causes: [
      'The path is misspelled. A relative one starts from the current folder.',
      'The file belongs to another user: a backup is open only to whoever made it.',
    ],
    remedy: ['List your backups: `ls -l yokeflow-backups`', 'Name one of them: `yokeflow-upgrade restore FILE`'],
  },
  YF107: {
    title: 'The file for the report is there already',
    meaning:
      'A report never replaces a file. `--out` named one that is there, or a folder, a pipe or a device, so nothing was written.',
    remedy: [
      'Name another file: `yokeflow-upgrade report --out report-2.html`',
      'Or move the old one away, and run the same command again.',
    ],
  },
  YF108: {
    title: 'The file for the report cannot be written',
    meaning:
      'The folder of the file that `--out` names is not there, belongs to another user or is read-only, or the disk is full. No half file is left behind.',
    remedy: [
      'Name a file in a folder that you may write to: `yokeflow-upgrade report --out FILE`',
      'Or have it on the screen, and copy it from there: `yokeflow-upgrade report`',
    ],
  },
  YF109: {
    title: 'Standard output could not be written',
    meaning:
      'The command did its work, and what it had to say did not get to where its output goes. What is there may be cut off: do not use it. A reader that is gone, as in `yokeflow-upgrade status | head -1`, is no error.',
    causes: [
      'The disk of the file that the output goes to is full, or its quota is used up.',
      'That disk, or the network to it, has failed.',
    ],
    remedy: [
      'Make room, or send the output elsewhere, and run the same command again.',
      'After a command that changes the database, look first whether it is done already: `yokeflow-upgrade status`',
    ],
    changed:
      'Whatever the command changes is changed. A committed change keeps its exit code 0, because it has not failed.',
  },
  YF110: {
    title: 'This Node is too old',
    meaning:
      'The program is written for Node 20.17 or later. With an earlier one it stopped before it loaded or looked at anything.',
    causes: [
      'The distribution brings an older Node.',
      'Several are installed, and an older one comes first on the PATH, as under cron or sudo.',
    ],
    remedy: [
      'See which one runs: `node --version`',
      'Install a later one from nodejs.org or with your package manager, and run the same command again.',
      'Or go without Node: the image of this program brings its own, as README.md says.',
    ],
  },
  YF111: {
    title: 'This program cannot be loaded',
    meaning: 'A file of this program, or a package that it needs, is missing, cannot be read or is not whole.',
    causes: [
      'Its packages were not installed, or not to the end.',
      'Its files belong to another user.',
      'Node was told to run no text as a program (`--disallow-code-generation-from-strings`).',
    ],
    remedy: [
      'Install its packages anew, and build it, in its folder: `npm ci && npm run build`',
      'Then run the same command again.',
    ],
  },
  YF112: {
    title: 'The current folder is not there any more',
    meaning:
      'A relative path starts from the current folder, and that has been deleted since you changed to it. Without `--backup-dir` backups go there too.',
    causes: ['Somebody, or a script, has removed the folder, or has put a new one of the same name in its place.'],
    remedy: [
      'Change to a folder that is there: `cd`',
      'Or give an absolute path: `yokeflow-upgrade upgrade --backup-dir /var/backups/yokeflow`',
    ],
  },
  YF113: {
    title: 'No temporary folder can be made',
    meaning:
      'A rehearsal, a restore or a connection with certificates keeps files for a while where the system keeps temporary ones. That folder is not there, is full, or you may not write to it.',
    causes: ['The variable TMPDIR names a folder that is gone.', 'The folder is read-only or belongs to another user.'],
    remedy: [
      'See what it is: `echo "$TMPDIR"`',
      'Name one that you may write to: `export TMPDIR=/tmp`',
      'Then run the same command again.',
    ],
  },
  YF114: {
    title: 'Too few files may be open at once',
    meaning:
      'Every file, connection and program that runs takes one of the files that a process may have open, and there are no more to be had.',
    causes: [
      'A limit was set for the shell or the service (`ulimit -n`, LimitNOFILE).',
      'The machine as a whole has none left.',
    ],
    remedy: [
      'See the limit: `ulimit -n`',
      'Raise it, and run the same command again in the same shell: `ulimit -n 1024`',
      'After a command that changes the database, look first where it is: `yokeflow-upgrade status`',
    ],
    changed:
      'The code alone does not tell whether anything was changed. The message does where that is known, and otherwise `yokeflow-upgrade status`.',
    exitCode: null,
  },
} satisfies Explanations;
