import { Option } from 'commander';
import { DEFAULT_FOLDER } from '../backup/folder.js';
import type { Outcome } from '../report/outcome.js';
import type { Terminal } from '../terminal.js';
import { wholeNumber, type Settings } from './settings.js';

export type Run = (settings: Settings, terminal: Terminal, argument: string | undefined) => Promise<Outcome>;

/** One command: what `--help` says of it, and how to load it once it is asked for. */
export interface CommandDefinition {
  readonly name: string;
  readonly summary: string;
  readonly argument?: string;
  readonly options: readonly Option[];
  readonly load: () => Promise<Run>;
}

const find = [
  new Option('--container <name>', 'use this container'),
  new Option('--database-url <url>', 'use this connection; else DATABASE_URL, else PG* variables, else the .env of --project'),
  new Option('--project <dir>', 'the YokeFlow checkout').default('.', 'the current folder'),
  new Option('--schema <name>', "the schema of YokeFlow's tables, where several hold some"),
];
const target = new Option('--to <version>', 'the release to reach (default: the newest known)');
const lockTimeout = new Option('--lock-timeout <ms>', 'the longest that one lock attempt may hold up YokeFlow').argParser(wholeNumber(1)).default(1000);
const wait = new Option('--wait <seconds>', 'how long to keep trying for locks').argParser(wholeNumber(0)).default(60);
const backupDir = new Option('--backup-dir <dir>', 'where the backup goes').default(DEFAULT_FOLDER, `${DEFAULT_FOLDER} in the current folder`);
const rehearseFirst = new Option('--rehearse', 'go through all of it on a copy first, and go on only if it held');
const noBackup = new Option('--no-backup', 'do without a backup');
const yes = new Option('-y, --yes', "ask nothing; take each question's documented default");
const output = [
  new Option('--json', 'exactly one JSON document on standard output; progress goes to standard error'),
  new Option('--verbose', 'show every step on the way'),
  new Option('--quiet', 'show the verdict only'),
  new Option('--plain', 'for screen readers: line by line, words for symbols, questions answered by a number (so does ACCESSIBLE=1)'),
  new Option('--no-color', 'no colours (NO_COLOR, FORCE_COLOR, TERM=dumb and CI are honoured too)'),
];
const upgrading = [
  yes,
  new Option('--dry-run', 'stop before anything changes and print what was not run'),
  new Option('--while-running', 'go on although agent sessions are running'),
  lockTimeout,
  wait,
];

/** Every command, the most used first. Nothing of a command is loaded before it runs. */
export const commands: readonly CommandDefinition[] = [
  {
    name: 'upgrade',
    summary: 'find, read, plan, confirm, apply, check, tell: the wizard (also without a command)',
    options: [...find, target, backupDir, noBackup, rehearseFirst, ...upgrading, ...output],
    load: async () => (await import('./upgrade.js')).upgrade,
  },
  {
    name: 'status',
    summary: 'where the database is, its release, each step, each finding; changes nothing',
    options: [...find, target, ...output],
    load: async () => (await import('./status.js')).status,
  },
  {
    name: 'plan',
    summary: 'what upgrade would do, in order and why; changes nothing',
    options: [...find, target, new Option('--sql', 'print the exact SQL, ready for psql'), lockTimeout, ...output],
    load: async () => (await import('./plan.js')).plan,
  },
  {
    name: 'verify',
    summary: 'every check with a tick or a cross; its probes are rolled back',
    options: [...find, target, lockTimeout, ...output],
    load: async () => (await import('./verify.js')).verify,
  },
  {
    name: 'rehearse',
    summary: 'the whole upgrade on a scratch copy of the database, which is dropped afterwards',
    options: [...find, target, lockTimeout, wait, ...output],
    load: async () => (await import('./rehearse.js')).rehearse,
  },
  {
    name: 'backup',
    summary: 'a dump of the whole database, checked with pg_restore; changes nothing',
    options: [...find, backupDir, wait, ...output],
    load: async () => (await import('./backup.js')).backup,
  },
  {
    name: 'restore',
    summary: "puts a backup in the database's place, and keeps the database that was there under another name",
    argument: '<file>',
    options: [...find, yes, new Option('--while-running', 'end the sessions that are connected to the database'), ...output],
    load: async () => (await import('./restore.js')).restore,
  },
  {
    name: 'rollback',
    summary: 'takes 1.4.0 back to 1.3.0; refuses while the tables of 1.4.0 hold rows',
    options: [...find, new Option('--discard-rows', 'give up what only 1.4.0 has a place for, after a backup'), backupDir, noBackup, ...upgrading, ...output],
    load: async () => (await import('./rollback.js')).rollback,
  },
  {
    name: 'demo',
    summary: 'a throw-away PostgreSQL with YokeFlow 1.3.0 in it, and the wizard on it',
    options: [target, ...upgrading, ...output],
    load: async () => (await import('./demo.js')).demo,
  },
  {
    name: 'explain',
    summary: 'what a code means and how to mend it',
    argument: '<code>',
    options: output,
    load: async () => (await import('./explain.js')).explain,
  },
];

/** Commands whose database is the same afterwards, whatever they are told. */
const changeNothing = new Set(['status', 'plan', 'verify', 'rehearse', 'backup', 'explain']);

/**
 * Options that a command takes without listing them: a script may hand the same ones to every command, and where
 * nothing changes an option that has no bearing does no harm. A command that changes a database refuses them.
 */
export function alsoTaken({ name, options }: CommandDefinition): Option[] {
  if (!changeNothing.has(name)) return [];
  const listed = new Set(options.map((option) => option.long));
  return [...find, target, backupDir, noBackup, ...upgrading].filter((option) => !listed.has(option.long))
    .map(({ flags, parseArg }) => {
      const hidden = new Option(flags).hideHelp();
      return parseArg ? hidden.argParser(parseArg) : hidden;
    });
}
