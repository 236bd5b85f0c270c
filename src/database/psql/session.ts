import { randomBytes } from 'node:crypto';
import { awaitAnswer, type MakeWait } from '../await-answer.js';
import { ConnectionLost, type Session } from '../session.js';
import { asRows, jsonSelect } from '../json-rows.js';
import { openSession } from '../open-session.js';
import { parseAnswer, question } from './answer.js';
import type { PsqlTransport } from './transport.js';

interface Waiting {
  marker: string;
  resolve: (output: string) => void;
  reject: (reason: Error) => void;
}

/** A session over one psql that stays open for the whole run: a round trip takes 1–2 ms, a new exec about 100 ms. */
export class PsqlSession implements Session {
  /** psql does not tell it, and speaks with its server directly. */
  readonly announcedPid = undefined;
  ownPid: number | undefined;
  defaultPath: readonly string[] = [];
  private wait: MakeWait | undefined;
  private stdout = '';
  private stderr = '';
  private waiting: Waiting | undefined;
  private ended = false;
  private because: ConnectionLost | undefined;
  private readonly run = randomBytes(8).toString('hex');
  private count = 0;

  private constructor(private readonly transport: PsqlTransport) {
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
      ({ pid: session.ownPid, defaultPath: session.defaultPath } = await openSession(
        (statement) => session.ask(statement),
        undefined,
      ));
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  async backendPid(): Promise<number> {
    const [row] = await this.rows<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return row?.pid ?? 0;
  }

  async begin(): Promise<void> {
    await this.ask('BEGIN ISOLATION LEVEL READ COMMITTED NOT DEFERRABLE');
  }

  async execute(statement: string): Promise<void> {
    await this.ask(statement);
  }

  async rows<T>(select: string): Promise<T[]> {
    return asRows<T>(await this.ask(jsonSelect(select), 'rows'));
  }

  attend(wait: MakeWait): void {
    this.wait = wait;
  }

  async close(): Promise<void> {
    if (this.because) return;
    // \q and not the end of input: a Windows pipe cannot be closed by half.
    if (!this.ended) this.transport.write('\\q\n');
    await this.transport.close();
    this.ended = true;
  }

  private ask(statement: string, kind: Parameters<MakeWait>[0] = 'statement'): Promise<string> {
    if (this.waiting) throw new Error('a psql session answers one statement at a time');
    if (this.ended) return Promise.reject(this.lost());
    const marker = `yokeflow-upgrade-${this.run}-${++this.count}`;
    const answer = new Promise<string>((resolve, reject) => {
      this.stdout = this.stderr = '';
      this.waiting = { marker, resolve, reject };
      this.transport.write(question(statement, marker));
    });
    return awaitAnswer(answer, this.wait?.(kind)).catch((error: unknown) => {
      if (error instanceof ConnectionLost && !this.ended) this.giveUp(error);
      throw error;
    });
  }

  private hear(channel: 'stdout' | 'stderr', text: string): void {
    this[channel] += text;
    const { waiting } = this;
    const answer = waiting && parseAnswer(this.stdout, this.stderr, waiting.marker);
    if (!waiting || !answer) return;
    this.waiting = undefined;
    if (answer.error) waiting.reject(answer.error);
    else waiting.resolve(answer.output);
  }

  /** What was asked is not answered any more, and neither is \q. */
  private giveUp(because: ConnectionLost): void {
    this.ended = true;
    this.because = because;
    this.waiting = undefined;
    this.transport.abandon();
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
