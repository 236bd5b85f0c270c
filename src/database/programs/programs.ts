/** One run of one of PostgreSQL's client programs. */
export interface ProgramRun {
  readonly program: 'pg_dump' | 'pg_restore';
  /** Options without those of the connection; never a secret, since other users of the machine can read them. */
  readonly args: readonly string[];
  /** The database to connect to; without it the program only reads an archive. */
  readonly connection?: { readonly database: string; readonly applicationName: string };
  /** A file to feed to its standard input, as far as `bytes`. */
  readonly input?: { readonly file: string; readonly bytes: number; readonly onBytes?: (sent: number) => void };
  /** For pg_restore: the entries of the archive to restore, by their ids, in the archive's own order. */
  readonly entries?: readonly string[];
  /** Takes what it writes to standard output. Nothing more is read before this has settled. */
  readonly output?: (bytes: Buffer) => Promise<void>;
  /** Ends what the program left on the server; called while an abandoned run is being waited for. Must not throw. */
  readonly endOnServer?: () => Promise<void>;
  readonly signal: AbortSignal;
}

export interface ProgramResult {
  readonly exitCode: number;
  /** What it wrote to standard error; of very much, the beginning and the end. */
  readonly stderr: string;
}

/** A place where pg_dump and pg_restore are, and from where they reach the server. */
export interface ClientPrograms {
  /** In words: `of the container yokeflow_postgres`, `15.18 in /usr/lib/postgresql/15/bin`. */
  readonly where: string;
  /**
   * Whether pg_restore begins with a setting that this server does not know: from 17 on it sets transaction_timeout,
   * whatever the server (pg_backup_archiver.c). It must then not stop at the first error.
   */
  readonly setsWhatServerLacks: boolean;
  /** A file that swallows what is written to it, as the program sees it. */
  readonly nullDevice: string;
  /**
   * Runs a program to its end. An abandoned or failed run leaves no process and no session behind.
   * @throws {ConnectionLost} when its end, and with it its exit code, could not be seen
   * @throws {UpgradeError} YF202, YF203, YF210 when the container cannot be used; YF341 when the program is not there
   * @throws whatever `output` throws, and the signal's reason
   */
  run(run: ProgramRun): Promise<ProgramResult>;
}

/** How much of standard error is kept, in characters: a failing pg_restore may say the same thing a million times. */
const KEPT = { first: 1_000_000, last: 8000 };

/** Collects standard error: the beginning and the end of it. */
export class LastWords {
  private first = '';
  private last = '';

  hear(bytes: Buffer): void {
    const text = bytes.toString('utf8');
    const room = Math.max(0, KEPT.first - this.first.length);
    this.first += text.slice(0, room);
    this.last = (this.last + text.slice(room)).slice(-KEPT.last);
  }

  toString(): string {
    return (this.first + this.last).trim();
  }
}

/** A hint under whatever heading libpq's language has for it, where it proposes to drop what is built on something. */
const proposesLoss = /^\s*(?:\w+: )?(?:HINT|hint):|:.*\bDROP\b.*\bCASCADE\b/;

/** The last lines of what a program said, none of them longer than is worth reading: LOCK TABLE names every table. */
export function lastLines(stderr: string, count: number): string[] {
  return stderr
    .split('\n')
    .filter((line) => !proposesLoss.test(line))
    .slice(-count)
    .map((line) => (line.length > 300 ? `${line.slice(0, 300)} ...` : line));
}
