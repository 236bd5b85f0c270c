import { Option } from 'commander';
import { defaults } from '../app/options.js';
import { lines } from '../releases/registry.js';
import { LONGEST_MS, LONGEST_SECONDS, wholeNumber } from './settings.js';

/** A heading of `--help`. */
type Group = 'Which database:' | 'What to do:' | 'Output:';

function grouped(group: Group, options: readonly Option[]): Option[] {
  return options.map((option) => option.helpGroup(group));
}

export const find = grouped('Which database:', [
  new Option('--container <name>', 'use this container'),
  new Option('--engine <context|url>', 'the Docker context or engine to look on (ssh://HOST too), or podman'),
  new Option('--kube <[context/]namespace/pod>', 'use this pod of Kubernetes, through kubectl'),
  new Option(
    '--database-url <url>',
    'use this connection, a URL or keywords (host=HOST dbname=NAME); else DATABASE_URL, else PG* variables, else the .env of --project',
  ),
  new Option('--database-url-file <file>', 'the same, from this file; with - it is asked for, and not shown'),
  new Option('--database <name>', 'the database in the container'),
  new Option('--user <name>', 'the role in the container'),
  new Option('--port <n>', "the server's port in the container").argParser(wholeNumber(1, 65_535)),
  new Option('--start', 'start the container where it is stopped, and wait for it'),
  new Option('--project <dir>', 'the YokeFlow checkout').default(defaults.project, 'the current folder'),
  new Option('--schema <name>', "the schema of YokeFlow's tables, where several hold some"),
]);

/** More files than anybody has. */
const MOST_KEPT = 1_000_000;

const task = (flags: string, description: string) => new Option(flags, description).helpGroup('What to do:');

export const target = task(
  '--to <version>',
  `the release to reach (default: the newest of the line, ${lines.map(({ name }) => name).join(' or ')}, that the database is of)`,
);
export const lockTimeout = task('--lock-timeout <ms>', 'the longest that one lock attempt may hold up YokeFlow')
  .argParser(wholeNumber(1, LONGEST_MS))
  .default(defaults.lockTimeout);
export const wait = task(
  '--wait <seconds>',
  'how long the whole run waits: for locks, for a server that does not answer',
)
  .argParser(wholeNumber(0, LONGEST_SECONDS))
  .default(defaults.wait);
export const maxTime = task(
  '--max-time <seconds>',
  'an upper bound for the whole run, which ends with its true outcome',
).argParser(wholeNumber(1, LONGEST_SECONDS));
export const backupDir = task('--backup-dir <dir>', 'where the backup goes').default(
  defaults.backupDir,
  `${defaults.backupDir} in the current folder`,
);
export const keep = task(
  '--keep <n>',
  'after a good backup, remove all but the newest n of this database from that folder',
).argParser(wholeNumber(1, MOST_KEPT));
export const noBackup = task('--no-backup', 'do without a backup');
export const rehearseFirst = task('--rehearse', 'go through all of it on a copy first, and go on only if that worked');
export const init = task('--init', "load YokeFlow's schema where the database is empty, then upgrade");
export const discardRows = task(
  '--discard-rows',
  'give up what only the newer release has a place for, after a backup',
);
export const discardPresent = task(
  '--discard-rows',
  'let a backup without rows take the place of a database with rows',
);
export const sql = task('--sql', 'print the exact SQL, ready for psql');
export const reportFormat = task(
  '--format <format>',
  "the format of the report; without it the file's name says it, else md",
).choices(['md', 'html', 'json']);
export const reportFile = task('--out <file>', 'write it to this new file instead of standard output');
export const withHosts = task('--with-hosts', 'show the names and addresses of machines');
export const endSessions = task('--while-running', 'end the sessions that are connected to the database');
export const strict = task('--strict', 'what cannot be probed on this database counts as failed');
export const yes = task('-y, --yes', "ask nothing; take each question's documented default");

export const upgrading = [
  yes,
  task('--dry-run', 'stop before anything changes, and print the SQL that was not run'),
  task('--while-running', 'go on although agent sessions are running'),
  lockTimeout,
  wait,
  maxTime,
  strict,
];

export const output = grouped('Output:', [
  new Option('--json', 'exactly one JSON document on standard output; progress goes to standard error'),
  new Option(
    '--events',
    'newline-delimited JSON events on standard error while it works, for programs that watch; asks nothing',
  ),
  new Option('--verbose', 'show every step on the way'),
  new Option('--quiet', 'show the verdict only'),
  new Option(
    '--plain',
    'for screen readers: line by line, words for symbols, questions answered by a number (so does ACCESSIBLE=1)',
  ),
  new Option('--no-color', 'no colours (NO_COLOR, FORCE_COLOR, TERM=dumb and CI are honoured too)'),
]);

/** Every command has it. */
export const help = new Option('-h, --help', 'show this help').helpGroup('Output:');

/** What a value is, so that a shell can complete it; `other` for what only the user knows. */
export type ValueKind = 'container' | 'release' | 'folder' | 'file' | 'code' | 'shell' | 'other';

/** For each option that takes a value and has no choices of its own. */
export const valueKinds: Readonly<Record<string, ValueKind>> = {
  '--container': 'container',
  '--database-url': 'other',
  '--engine': 'other',
  '--kube': 'other',
  '--database-url-file': 'file',
  '--database': 'other',
  '--user': 'other',
  '--port': 'other',
  '--project': 'folder',
  '--schema': 'other',
  '--to': 'release',
  '--lock-timeout': 'other',
  '--wait': 'other',
  '--max-time': 'other',
  '--backup-dir': 'folder',
  '--keep': 'other',
  '--out': 'file',
};
