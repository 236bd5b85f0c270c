import { visibleLines } from '../inert/visible.js';
import { redactText } from '../redaction/redact.js';
import { withoutRowValues } from '../redaction/row-values.js';
import type { MakeWait } from './await-answer.js';

/**
 * The one way this program talks to PostgreSQL. Every adapter (psql kept open in a container, `pg`, PGlite)
 * meets this port, and everything above it is written once. What is asked for at once, without waiting in between, goes over in one message.
 */
export interface Session {
  /**
   * Process id that the server announced when the connection began (BackendKeyData of the protocol); undefined where
   * the adapter cannot know it. Behind a pooler it is the pooler's invention, and no backend's.
   */
  readonly announcedPid: number | undefined;

  /** Process id of the backend that this session has to itself; undefined behind a pooler, where each transaction may have another. */
  readonly ownPid: number | undefined;

  /** The schemas that a new connection of this role looks for names in, as far as they exist: before this session pinned its own path. */
  readonly defaultPath: readonly string[];

  /** server_version_num, for example 160004. */
  readonly versionNumber: number;

  /**
   * Process id of the backend that answers now (`pg_backend_pid()`), by which a second session can cancel this one.
   * Behind a transaction pooler it holds for the transaction in which it was asked, and no longer.
   * @throws {ConnectionLost}
   */
  backendPid(): Promise<number>;

  /**
   * Begins a transaction that reads what is committed, whatever the database's default, with the pinned settings. It is sent with the first
   * statement of the transaction, which then tells what came of it.
   */
  begin(): Promise<void>;

  /**
   * Sends a statement with the next one, ahead of it, as one message: for settings, whose answers nobody waits for. Where it fails, the next one
   * fails with its error.
   */
  ahead(statement: string): void;

  /**
   * Ends a transaction that was only for looking: it is on its way when the next statement is, and before anything else is waited for. Never throws.
   */
  rollback(): void;

  /**
   * Runs exactly one SQL statement and discards what it returns.
   * @throws {DatabaseError} when PostgreSQL refuses the statement; the session stays usable.
   * @throws {ConnectionLost} when no answer came back.
   */
  execute(statement: string): Promise<void>;

  /**
   * Runs statements in their order, in one message; only inside a transaction. The first that fails is the last.
   * @param completed called with the number of those that are done, each time that it grows
   * @throws {DatabaseError} of the one that failed, which comes right after those that are done
   * @throws {ConnectionLost} when no answer came back.
   */
  executeAll(statements: readonly string[], completed?: (count: number) => void): Promise<void>;

  /**
   * Runs one SELECT (no data-modifying WITH) and returns its rows as JSON values.
   * bigint and numeric arrive as JavaScript numbers, timestamps as ISO 8601 text.
   * @throws {DatabaseError} when PostgreSQL refuses the statement; the session stays usable.
   * @throws {ConnectionLost} when no answer came back.
   */
  rows<T>(select: string): Promise<T[]>;

  /** Says how this session waits for its answers from now on. */
  attend(wait: MakeWait): void;

  /** Ends the session, within a few seconds. Never throws; safe to call twice and after the connection was lost. */
  close(): Promise<void>;
}

/**
 * What a session is for. The `worker` changes the database; the `watch` beside it sees to it that the worker's
 * backend goes when this program is killed: psql in a container does not notice that by itself.
 */
export type Part = 'worker' | 'watch' | 'look';

/** An error that PostgreSQL itself reported, field by field (Appendix A of its documentation lists the codes). */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  /** Without what stands in rows; none of the texts holds a password, and all are inert: a trigger raises what it likes. */
  readonly detail?: string;
  readonly hint?: string;

  constructor(
    message: string,
    /** Five-character SQLSTATE. */
    readonly sqlState: string,
    detail?: string,
    hint?: string,
  ) {
    super(shown(message));
    if (detail !== undefined) this.detail = shown(withoutRowValues(detail, sqlState));
    if (hint !== undefined) this.hint = shown(hint);
  }
}

const shown = (text: string) => visibleLines(redactText(text));

/** The connection went away while, or before, a statement was answered. What the statement did is not known. */
export class ConnectionLost extends Error {
  override readonly name: string = 'ConnectionLost';
}

/** The connection is still there, and nothing at the other end answers. */
export class ServerSilent extends ConnectionLost {
  override readonly name: string = 'ServerSilent';
}

/** The same to a session that only looks: there is nothing that would have to be rolled back. */
export class SilentWhileLooking extends ServerSilent {
  override readonly name = 'SilentWhileLooking';
}

/** The server answers others, and the process that serves this session has come no further for too long. */
export class NoProgress extends ConnectionLost {
  override readonly name = 'NoProgress';
}

/** COMMIT is done on this server, and waits for a synchronous standby that does not confirm it. */
export class StandbyMissing extends ConnectionLost {
  override readonly name = 'StandbyMissing';
}

export const STANDBY_MISSING =
  'COMMIT is done on this server and waits for a synchronous standby that does not confirm it (wait event SyncRep)';
