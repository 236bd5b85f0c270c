import type { CommandOptions } from '../support/command.js';
import type { ServerAddress } from '../support/databases.js';
import type { Cuttable } from './cuttable.js';

/** A session of the run on the server. */
export interface Left {
  readonly pid: number;
  readonly application: string;
  readonly state: string | null;
  readonly query: string;
}

/** Where a run takes place: a database, a way to it that can be cut, and folders for what the run writes. */
export interface Ground {
  /** The database's name. The run may rename it, and make others that begin with it. */
  readonly name: string;
  /** The server, past whatever a fault cuts. */
  server(): Promise<ServerAddress>;
  /** The options that name the database. */
  readonly target: readonly string[];
  readonly options: CommandOptions;
  /** Whether pg_dump and pg_restore can be had for this server. */
  readonly hasPrograms: boolean;
  /** The connection to the server, or to the engine. */
  readonly line: Cuttable;
  /** Where backups go, and the run's own TMPDIR: two folders of one disk. */
  readonly folder: string;
  readonly temporary: string;
  /** Leaves no room for anything more on that disk, until `mend`. */
  fillDisk(): void;
  /** The run's sessions, in whatever database. */
  sessions(): Promise<Left[]>;
  /** What is left of the run's psql, pg_dump and pg_restore: one line for each process. */
  processes(): Promise<string[]>;
  /**
   * Kills (-9) one process of the run's that bears one of these names, if there is any now or in a moment.
   * @param which picks it: a number from 0 up
   * @returns whether there was one
   */
  killProgram(names: readonly string[], which: number): Promise<boolean>;
  /**
   * Loads an archive into a new, empty database.
   * @throws {Error} where pg_restore does not end well
   */
  load(archive: string, database: string): Promise<void>;
  /** Brings back what a fault took down. */
  mend(): Promise<void>;
  /** Whether the server has seen a process of its own crash since the run began. */
  crashed(): Promise<boolean>;
  leave(): Promise<void>;
}

export interface GroundPlan {
  /** What is in the database; undefined where there is to be none. */
  readonly sql: string | undefined;
  /** A folder whose disk can be filled up, or not. */
  readonly disk: Disk;
}

export type MakeGround = (plan: GroundPlan) => Promise<Ground>;

/** A disk for backups and temporary files. */
export interface Disk {
  readonly folder: string;
  /** Whether it is small enough to be filled up. */
  readonly small: boolean;
}
