import type { Connection, Submittable } from 'pg';

/** What `pg` hands on of the server's messages, as text ("Message Formats" of the protocol). */
interface DataRow {
  readonly fields: readonly (string | null)[];
}

/**
 * Several statements in one message, for `client.query`. `pg` itself answers with what came of all of them or with one error; this tells
 * how far the server came, which for most errors nothing else does.
 */
export class PgMessage implements Submittable {
  private first: string | null | undefined;
  readonly ended: Promise<void>;
  private resolve!: () => void;
  private reject!: (error: unknown) => void;

  /** @param answered called after each statement with the first column of its first row */
  constructor(
    private readonly statements: readonly string[],
    private readonly answered: (answer: string) => void,
  ) {
    this.ended = new Promise((resolve, reject) => {
      [this.resolve, this.reject] = [resolve, reject];
    });
  }

  submit(connection: Connection): void {
    // A comment at the end of a statement must not swallow what comes after it.
    (connection as Connection & { query(text: string): void }).query(this.statements.join('\n;\n'));
  }

  handleRowDescription(): void {}

  handleDataRow({ fields }: DataRow): void {
    if (this.first === undefined) this.first = fields[0] ?? null;
  }

  handleCommandComplete(): void {
    const answer = this.first ?? '';
    this.first = undefined;
    this.answered(answer);
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete();
  }

  handleError(error: unknown): void {
    this.reject(error);
  }

  handleReadyForQuery(): void {
    this.resolve();
  }
}
