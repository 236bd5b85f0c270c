import { randomBytes } from 'node:crypto';
import { BatchingSession } from '../batching-session.js';
import { ConnectionLost } from '../session.js';
import { isOver, markerOf, parseAnswer, question } from './answer.js';
import type { PsqlTransport } from './transport.js';

/** A message that was sent, and how far psql has come with it. */
interface Waiting {
  readonly message: string;
  readonly count: number;
  readonly answered: (answer: string) => void;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
  done: number;
  /** Of the statement that failed; then only psql's last mark is waited for. */
  error: Error | undefined;
}

/** A session over one psql that stays open for the whole run: a round trip takes 1–2 ms, a new exec about 100 ms. */
export class PsqlSession extends BatchingSession {
  /** psql does not tell it, and speaks with its server directly. */
  readonly announcedPid = undefined;
  private stdout = '';
  private stderr = '';
  private waiting: Waiting | undefined;
  private ended = false;
  private because: ConnectionLost | undefined;
  private readonly run = randomBytes(8).toString('hex');
  private count = 0;

  private constructor(private readonly transport: PsqlTransport) {
    super();
    transport.onOutput((channel, text) => this.hear(channel, text));
    transport.onEnd(() => this.end());
  }

  /**
   * Takes over a psql that has just been started, and decides the settings of its session.
   * @throws {ConnectionLost} with psql's own words, when it could not connect
   * @throws {UpgradeError} YF315
   * @throws {DatabaseError}
   */
  static async open(transport: PsqlTransport): Promise<PsqlSession> {
    const session = new PsqlSession(transport);
    try {
      await session.settle();
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    if (this.because) return;
    // \q and not the end of input: a Windows pipe cannot be closed by half.
    if (!this.ended) this.transport.write('\\q\n');
    await this.transport.close();
    this.ended = true;
  }

  protected send(statements: readonly string[], answered: (answer: string) => void): Promise<void> {
    if (this.waiting) throw new Error('a psql session answers one message at a time');
    if (this.ended) return Promise.reject(this.lost());
    const message = `yokeflow-upgrade-${this.run}-${++this.count}`;
    return new Promise((resolve, reject) => {
      this.stdout = this.stderr = '';
      this.waiting = { message, count: statements.length, answered, resolve, reject, done: 0, error: undefined };
      this.transport.write(question(statements, message));
    });
  }

  /** What was asked is not answered any more, and neither is \q. */
  protected giveUp(because: ConnectionLost): void {
    if (this.ended) return;
    this.ended = true;
    this.because = because;
    this.waiting = undefined;
    this.transport.abandon();
  }

  private hear(channel: 'stdout' | 'stderr', text: string): void {
    this[channel] += text;
    const { waiting } = this;
    if (!waiting) return;
    while (waiting.error === undefined && waiting.done < waiting.count) {
      const answer = parseAnswer(this.stdout, this.stderr, markerOf(waiting.message, waiting.done));
      if (!answer) return;
      ({ stdout: this.stdout, stderr: this.stderr } = answer.rest);
      if (answer.error) waiting.error = answer.error;
      else {
        waiting.done += 1;
        waiting.answered(answer.output);
      }
    }
    if (waiting.count > 1 && !isOver(this.stdout, this.stderr, waiting.message)) return;
    this.waiting = undefined;
    if (waiting.error) waiting.reject(waiting.error);
    else waiting.resolve();
  }

  private end(): void {
    this.ended = true;
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.reject(this.lost());
  }

  private lost(): ConnectionLost {
    return this.because ?? new ConnectionLost(this.stderr.trim() || 'psql ended without a word');
  }
}
