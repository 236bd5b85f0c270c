import { DEFAULT_FOLDER } from '../backup/folder.js';
import { LONGEST_ATTEMPT_MS } from '../inspection/lock-timeout.js';
import type { ReportFormat } from '../support-report/made.js';

/** Which database. Each option is that of the command line with the same name. */
export interface FindOptions {
  readonly container?: string | undefined;
  readonly databaseUrl?: string | undefined;
  /** A Docker context's name or an engine's address. */
  readonly engine?: string | undefined;
  /** `[CONTEXT/]NAMESPACE/POD`. */
  readonly kube?: string | undefined;
  /** A file with the connection in it; `-` asks for it. */
  readonly databaseUrlFile?: string | undefined;
  /** The database, the role and the port in the container; without them what the container says. */
  readonly database?: string | undefined;
  readonly user?: string | undefined;
  readonly port?: number | undefined;
  /** Start the container where it is stopped, and wait for it. */
  readonly start?: boolean | undefined;
  /** The YokeFlow checkout, whose .env may name the database. */
  readonly project?: string | undefined;
  readonly schema?: string | undefined;
}

export interface ReleaseOption {
  /** The release to reach; the newest without it. */
  readonly to?: string | undefined;
}

export interface TimeOptions {
  /** How long the whole run waits in all, in seconds. */
  readonly wait?: number | undefined;
  /** An upper bound for the whole run, in seconds. */
  readonly maxTime?: number | undefined;
}

export interface LockOption {
  /** The longest that one attempt at the locks may hold up others, in ms. Attempts grow up to it. */
  readonly lockTimeout?: number | undefined;
}

export interface StrictOption {
  /** Whether what cannot be probed counts as failed. */
  readonly strict?: boolean | undefined;
}

export interface BackupOptions {
  /** False: do without a backup. */
  readonly backup?: boolean | undefined;
  readonly backupDir?: string | undefined;
  /** How many backups of the database are left in that folder; all without it. */
  readonly keep?: number | undefined;
}

/** What answers a refusal of a change. A look takes it too: it then tells what the change with the same options would be refused for. */
export interface AnswerOptions extends BackupOptions {
  /** Go on although agent sessions are running. */
  readonly whileRunning?: boolean | undefined;
}

/** What an upgrade and a rollback have in common. */
export interface ChangeOptions extends FindOptions, LockOption, TimeOptions, StrictOption, AnswerOptions {
  /** Stop before anything changes; the outcome has the SQL. */
  readonly dryRun?: boolean | undefined;
}

/** What each command takes. */
export interface OptionsOf {
  readonly status: FindOptions & ReleaseOption & TimeOptions & AnswerOptions;
  readonly plan: FindOptions &
    ReleaseOption &
    LockOption &
    TimeOptions &
    AnswerOptions & { readonly sql?: boolean | undefined };
  readonly verify: FindOptions & ReleaseOption & LockOption & TimeOptions & StrictOption & AnswerOptions;
  readonly upgrade: ChangeOptions &
    ReleaseOption & {
      readonly rehearse?: boolean | undefined;
      /** Load YokeFlow's schema where the database is empty, then upgrade. */
      readonly init?: boolean | undefined;
    };
  readonly demo: OptionsOf['upgrade'];
  readonly rehearse: FindOptions & ReleaseOption & LockOption & TimeOptions & StrictOption & AnswerOptions;
  readonly rollback: ChangeOptions & { readonly discardRows?: boolean | undefined };
  readonly backup: FindOptions & LockOption & TimeOptions & BackupOptions;
  readonly restore: FindOptions &
    TimeOptions & {
      /** The archive: an absolute path, or one from the current folder. */
      readonly file: string;
      /** End the sessions that are connected to the database. */
      readonly whileRunning?: boolean | undefined;
      /** Let a backup without rows take the place of a database with rows. */
      readonly discardRows?: boolean | undefined;
    };
  readonly doctor: FindOptions & ReleaseOption & TimeOptions & AnswerOptions;
  readonly report: FindOptions &
    ReleaseOption &
    LockOption &
    TimeOptions & {
      /** What it is made as; the name of `out` tells without it, and else it is `md`. */
      readonly format?: ReportFormat | undefined;
      /** The new file to write it to. Without it the outcome has the text. */
      readonly out?: string | undefined;
      readonly withHosts?: boolean | undefined;
    };
}

export type Command = keyof OptionsOf;

/** What holds where an option does not say otherwise. */
export const defaults = {
  project: '.',
  lockTimeout: LONGEST_ATTEMPT_MS,
  wait: 60,
  backupDir: DEFAULT_FOLDER,
} as const;
