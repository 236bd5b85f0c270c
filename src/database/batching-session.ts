import { awaitAnswer, type MakeWait } from './await-answer.js';
import { asRows, jsonSelect } from './json-rows.js';
import { openSession, type Opened } from './open-session.js';
import { localPins } from './pinned-settings.js';
import { ConnectionLost, DatabaseError, type Session } from './session.js';

type Kind = Parameters<MakeWait>[0];

interface Entry {
  readonly statement: string;
  readonly kind: Kind;
  /** Whether it waits for the next one that is sent, because nobody waits for its answer. */
  isAhead: boolean;
  readonly resolve: (answer: string) => void;
  readonly reject: (error: unknown) => void;
}

/** Prepared queries so far, of all sessions: those of `demo` share one backend. */
let names = 0;

/** From how many characters on a query is worth preparing. */
const LONG = 1000;

const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED NOT DEFERRABLE';

/**
 * What all adapters share: statements that are asked for at once go over in one message, in their order. The first that fails ends
 * the message.
 *
 * A message never stands half inside a transaction. Outside of one it holds either queries alone or one statement: several
 * statements of one message would be a transaction of their own ("Multiple Statements in a Simple Query").
 */
export abstract class BatchingSession implements Session {
  abstract readonly announcedPid: number | undefined;
  private opened: Opened = { pid: 0, versionNumber: 0, defaultPath: [], pooled: false, settings: {} };
  private wait: MakeWait | undefined;
  private queue: Entry[] = [];
  private isSending = false;
  /** Long queries that were asked inside a transaction, with the name that they were prepared under. */
  private readonly long = new Map<string, string>();
  /** As of the last message. */
  private inTransaction = false;

  /**
   * Sends statements as one message.
   * @param answered called with the first column of the first row of each statement, in their order
   * @throws {DatabaseError} of the first that failed, after which none was run
   * @throws {ConnectionLost}
   */
  protected abstract send(statements: readonly string[], answered: (answer: string) => void): Promise<void>;

  /**
   * Decides the settings of the session, as the first that is asked of it.
   * @throws {UpgradeError} YF315
   * @throws {DatabaseError | ConnectionLost}
   */
  protected async settle(): Promise<void> {
    this.opened = await openSession(async (...statements) => {
      const answers: string[] = [];
      await this.send(statements, (answer) => answers.push(answer));
      return answers;
    }, this.announcedPid);
  }

  /** Lets go of a connection that does not answer any more. */
  protected abstract giveUp(because: ConnectionLost): void;

  abstract close(): Promise<void>;

  get ownPid(): number | undefined {
    return this.opened.pooled ? undefined : this.opened.pid;
  }

  get defaultPath(): readonly string[] {
    return this.opened.defaultPath;
  }

  get versionNumber(): number {
    return this.opened.versionNumber;
  }

  async backendPid(): Promise<number> {
    const { ownPid } = this;
    if (ownPid !== undefined) return ownPid;
    const [row] = await this.rows<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return row?.pid ?? 0;
  }

  begin(): Promise<void> {
    this.ahead(BEGIN);
    if (this.opened.pooled) this.ahead(localPins(this.opened.settings));
    return Promise.resolve();
  }

  ahead(statement: string): void {
    const [resolve, reject] = [() => undefined, () => undefined];
    this.queue.push({ statement, kind: 'statement', isAhead: true, resolve, reject });
  }

  rollback(): void {
    const unsent = this.queue.splice(this.queue.findLastIndex(({ isAhead }) => !isAhead) + 1);
    if (unsent.some(({ statement }) => statement === BEGIN)) return;
    this.ahead('ROLLBACK');
    const entry = this.queue.at(-1);
    setImmediate(() => this.sendNow(entry));
  }

  /** Sends what waits for the next statement, where it still waits. */
  protected sendNow(entry = this.queue.at(-1)): void {
    if (entry === undefined || !this.queue.includes(entry)) return;
    entry.isAhead = false;
    void this.sendAll();
  }

  async execute(statement: string): Promise<void> {
    // Whatever nobody has waited for goes with it.
    if (statement === 'ROLLBACK')
      this.queue = this.queue.filter(({ isAhead, statement: s }) => !isAhead || s === BEGIN || s === 'ROLLBACK');
    await this.ask(statement, 'statement');
  }

  async executeAll(statements: readonly string[], completed: (count: number) => void = () => {}): Promise<void> {
    let count = 0;
    await Promise.all(
      statements.map((statement) => this.ask(statement, 'statement').then(() => completed((count += 1)))),
    );
  }

  async rows<T>(select: string): Promise<T[]> {
    const query = jsonSelect(select);
    return asRows<T>(await this.ask(this.opened.pooled ? query : this.prepared(query), 'rows'));
  }

  attend(wait: MakeWait): void {
    this.wait = wait;
  }

  /**
   * For queries of the catalog PostgreSQL plans as long as it then runs, and a run asks the same ones again and again: prepared, such a
   * query is planned once a session.
   */
  private prepared(query: string): string {
    const isInside = this.inTransaction || this.queue.some(({ statement }) => statement === BEGIN);
    if (query.length < LONG || !isInside) return query;
    const known = this.long.get(query);
    if (known !== undefined) return `EXECUTE ${known}`;
    const name = `yokeflow_upgrade_${++names}`;
    // It outlives a ROLLBACK, but not an error ahead of it in its message.
    const resolve = () => void this.long.set(query, name);
    const reject = () => undefined;
    this.queue.push({ statement: `PREPARE ${name} AS ${query}`, kind: 'rows', isAhead: true, resolve, reject });
    return `EXECUTE ${name}`;
  }

  private ask(statement: string, kind: Kind): Promise<string> {
    return new Promise((resolve, reject) => {
      this.queue.push({ statement, kind, isAhead: false, resolve, reject });
      // Not at once: what is asked for in the same breath goes along.
      if (!this.isSending) queueMicrotask(() => void this.sendAll());
    });
  }

  private async sendAll(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    while (this.queue.some(({ isAhead }) => !isAhead)) await this.sendOne();
    this.isSending = false;
  }

  private async sendOne(): Promise<void> {
    const message = this.nextMessage();
    const isOutside = !this.inTransaction && message[0]?.statement !== BEGIN;
    const pins = isOutside && this.opened.pooled && message.every(({ kind }) => kind === 'rows');
    let answers = pins ? -1 : 0;
    const answered = (answer: string) => {
      // The state is that of the last statement that was done.
      const entry = message[answers++];
      if (entry === undefined) return;
      if (entry.statement === BEGIN) this.inTransaction = true;
      if (isEnd(entry)) this.inTransaction = false;
      entry.resolve(answer);
    };
    const statements = message.map(({ statement }) => statement);
    const kind = message.every((entry) => entry.kind === 'rows') ? 'rows' : 'statement';
    try {
      const sent = this.send(pins ? [localPins(this.opened.settings), ...statements] : statements, answered);
      await awaitAnswer(sent, this.wait?.(kind));
    } catch (error) {
      if (error instanceof ConnectionLost) this.giveUp(error);
      const failed = Math.max(0, answers);
      // COMMIT and ROLLBACK end a transaction whatever comes of them.
      if (message[failed] && isEnd(message[failed])) this.inTransaction = false;
      message[failed]?.reject(error);
      const rest = message.slice(failed + 1);
      // Queries that stand by themselves have nothing to do with one that failed before them.
      if (isOutside && error instanceof DatabaseError && !message[failed]?.isAhead) this.queue.unshift(...rest);
      else for (const { reject } of rest) reject(error);
    }
  }

  /** Takes the next statements out of the queue that may share a message. */
  private nextMessage(): Entry[] {
    const message: Entry[] = [];
    let inside = this.inTransaction;
    for (let next = this.queue[0]; next !== undefined; next = this.queue[0]) {
      const begins = next.statement === BEGIN;
      const alone = isEnd(next) || (!inside && !begins && next.kind === 'statement');
      // The end of one transaction and the beginning of the next one go together.
      if ((alone || (begins && !inside)) && message.length > 0 && message.at(-1)?.statement !== 'ROLLBACK') break;
      message.push(next);
      this.queue.shift();
      if (alone && !(next.statement === 'ROLLBACK' && this.queue[0]?.statement === BEGIN)) break;
      inside = begins || (inside && !isEnd(next));
    }
    return message;
  }
}

const isEnd = ({ statement }: Entry): boolean => statement === 'COMMIT' || statement === 'ROLLBACK';
