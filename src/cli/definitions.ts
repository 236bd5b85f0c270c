import type { Option } from 'commander';
import { ExitCode } from '../errors/error.js';
import type { CommandName } from '../app/outcome.js';
import {
  backupDir,
  discardPresent,
  discardRows,
  endSessions,
  find,
  init,
  keep,
  lockTimeout,
  maxTime,
  noBackup,
  output,
  rehearseFirst,
  reportFile,
  reportFormat,
  sql,
  strict,
  target,
  upgrading,
  wait,
  withHosts,
  yes,
  type ValueKind,
} from './options.js';
import type { Given } from './settings.js';
import { demoRelease } from '../demo/fixtures.js';
import { firstRelease, newestRelease, reachable, releaseBefore } from '../releases/registry.js';

const newest = newestRelease.version;
const before = (releaseBefore(newestRelease) ?? firstRelease).version;
const newestOfAll = (reachable.at(-1) ?? newestRelease).version;

/** A command line and what it is for, for `--help` and the manual page. */
export type Example = readonly [line: string, purpose: string];

/** One command: what `--help`, the manual page and the shells' completions say of it, and how to load it once it is asked for. */
export interface CommandDefinition {
  readonly name: CommandName;
  readonly summary: string;
  /** `flags` as commander reads them: `<file>` must be given, `[code]` may be. */
  readonly argument?: { readonly flags: string; readonly about: string; readonly values: ValueKind };
  readonly options: readonly Option[];
  /** The most used first. */
  readonly examples: readonly Example[];
  /** How it may end. */
  readonly exits: readonly ExitCode[];
  /** Whether it asks before it does something; by default it does not. */
  readonly asks?: (given: Given) => boolean;
}

const { done, failed, usage, refused, noDatabase, busy, changedAndFailing, unknownOutcome, due, cancelled } = ExitCode;
const looks = [done, due, failed, usage, refused, noDatabase, busy, cancelled];
const works = [done, failed, usage, refused, noDatabase, busy, cancelled];
const changes = [done, failed, usage, refused, noDatabase, busy, changedAndFailing, unknownOutcome, cancelled];

/** Every command, the most used first. */
export const commands: readonly CommandDefinition[] = [
  {
    name: 'upgrade',
    summary: 'the wizard: find, read, plan, confirm, back up, apply, check, tell (also without a command)',
    options: [...find, target, init, backupDir, keep, noBackup, rehearseFirst, ...upgrading, ...output],
    examples: [
      ['yokeflow-upgrade', 'the wizard, on the container yokeflow_postgres or what DATABASE_URL names'],
      ['yokeflow-upgrade --container my_postgres', 'on another container'],
      [`yokeflow-upgrade --to ${newestOfAll}`, 'from 1.x on to 2.x, with every row'],
      ['yokeflow-upgrade --rehearse', 'on a copy of the database first'],
      ['yokeflow-upgrade --init', 'where a fresh installation left an empty database'],
      ['yokeflow-upgrade --yes --json', 'for scripts'],
      [
        'yokeflow-upgrade --database-url postgresql://agent@db.example.com/yokeflow',
        'without Docker; the password comes from PGPASSWORD or ~/.pgpass',
      ],
    ],
    exits: changes,
    asks: ({ dryRun }) => !dryRun,
  },
  {
    name: 'status',
    summary: 'where the database is, its release, each step, each finding; changes nothing',
    options: [...find, target, wait, maxTime, ...output],
    examples: [
      ['yokeflow-upgrade status', 'fits into one message to support'],
      ['yokeflow-upgrade status --verbose', 'with every finding'],
    ],
    exits: looks,
  },
  {
    name: 'plan',
    summary: 'what upgrade would do, in order and why; changes nothing',
    options: [...find, target, sql, lockTimeout, wait, maxTime, ...output],
    examples: [
      ['yokeflow-upgrade plan', 'in words'],
      ['yokeflow-upgrade plan --sql > upgrade.sql', 'the script, to read it or to give it to psql'],
    ],
    exits: looks,
  },
  {
    name: 'verify',
    summary: 'every check with a tick or a cross; its probes are rolled back',
    options: [...find, target, lockTimeout, wait, maxTime, strict, ...output],
    examples: [
      ['yokeflow-upgrade verify', 'whether everything works'],
      ['yokeflow-upgrade verify --wait 300', 'while YokeFlow is busy'],
    ],
    exits: looks,
  },
  {
    name: 'rehearse',
    summary: 'the whole upgrade on a scratch copy of the database, which is dropped afterwards',
    options: [...find, target, lockTimeout, wait, maxTime, strict, ...output],
    examples: [['yokeflow-upgrade rehearse', 'how long it takes, and whether it works']],
    exits: works,
  },
  {
    name: 'backup',
    summary: 'a dump of the whole database, checked with pg_restore; changes nothing',
    options: [...find, backupDir, keep, wait, maxTime, ...output],
    examples: [
      ['yokeflow-upgrade backup', 'into yokeflow-backups in the current folder'],
      ['yokeflow-upgrade backup --backup-dir /var/backups/yokeflow', 'into another one'],
      ['yokeflow-upgrade backup --keep 14', 'and remove all but the newest 14 of this database'],
    ],
    exits: works,
  },
  {
    name: 'restore',
    summary: "puts a backup in the database's place, and keeps the database that was there under another name",
    argument: { flags: '<file>', about: 'a backup of this program, or any archive of pg_dump -Fc', values: 'file' },
    options: [...find, yes, endSessions, discardPresent, wait, maxTime, ...output],
    examples: [
      ['yokeflow-upgrade restore yokeflow-backups/FILE.dump', 'asks before it does'],
      [
        'yokeflow-upgrade restore yokeflow-backups/FILE.dump --yes --while-running',
        'ends the sessions that are in the way',
      ],
    ],
    exits: changes,
    asks: () => true,
  },
  {
    name: 'rollback',
    summary: `takes ${newest} back to ${before}, or ${newestOfAll} to ${newest} where it came from 1.x; refuses while that loses rows`,
    options: [...find, discardRows, backupDir, keep, noBackup, ...upgrading, ...output],
    examples: [
      ['yokeflow-upgrade rollback --dry-run', 'what would be lost, and the SQL'],
      ['yokeflow-upgrade rollback', 'asks before it does'],
      ['yokeflow-upgrade rollback --discard-rows', 'gives up what only the newer release has a place for'],
    ],
    exits: changes,
    asks: ({ dryRun }) => !dryRun,
  },
  {
    name: 'doctor',
    summary:
      'everything that is tried to find the database, each with a tick or a cross and the reason; changes nothing',
    options: [...find, target, backupDir, maxTime, ...output],
    examples: [
      ['yokeflow-upgrade doctor', 'where no database is found, or another one than yours'],
      ['yokeflow-upgrade doctor --json', 'the same for programs'],
    ],
    exits: [done, failed, usage, refused, noDatabase, busy, cancelled],
  },
  {
    name: 'report',
    summary: 'a redacted report for support; changes nothing and sends nothing',
    options: [...find, target, reportFormat, reportFile, withHosts, yes, lockTimeout, maxTime, ...output],
    examples: [
      ['yokeflow-upgrade report', 'to read it, or to paste it into an issue'],
      ['yokeflow-upgrade report --out report.html', 'as one page, with a picture of the schema'],
      ['yokeflow-upgrade report --container my_postgres', 'also for a container that does not run'],
    ],
    exits: [done, failed, usage, cancelled],
    asks: ({ out }) => out !== undefined && out !== '-',
  },
  {
    name: 'demo',
    summary: `a throw-away PostgreSQL with YokeFlow ${demoRelease} in it, and the wizard on it`,
    options: [target, ...upgrading, ...output],
    examples: [
      ['yokeflow-upgrade demo', 'try the wizard; needs no database'],
      ['yokeflow-upgrade demo --yes', 'watch it'],
    ],
    exits: [done, failed, usage, refused, cancelled],
    asks: ({ dryRun }) => !dryRun,
  },
  {
    name: 'explain',
    summary: 'what a code means and how to fix it; without a code, the list of all',
    argument: { flags: '[code]', about: 'YF402, yf402 or 402', values: 'code' },
    options: output,
    examples: [
      ['yokeflow-upgrade explain YF402', 'what one code means'],
      ['yokeflow-upgrade explain', 'the list of all codes'],
    ],
    exits: [done, usage],
  },
  {
    name: 'completion',
    summary: 'the script that lets a shell complete commands, options and values',
    argument: { flags: '[shell]', about: 'bash, zsh or fish (default: what SHELL names)', values: 'shell' },
    options: output,
    examples: [
      [
        'yokeflow-upgrade completion bash > ~/.local/share/bash-completion/completions/yokeflow-upgrade',
        'for bash, with the package bash-completion; in new shells. The folder has to be there: mkdir -p makes it',
      ],
      [
        'yokeflow-upgrade completion zsh > "${fpath[1]}/_yokeflow-upgrade"',
        'for zsh, typed in zsh; any folder of fpath will do',
      ],
      [
        'yokeflow-upgrade completion fish > ~/.config/fish/completions/yokeflow-upgrade.fish',
        'for fish; this folder has to be there too',
      ],
    ],
    exits: [done, usage],
  },
];
