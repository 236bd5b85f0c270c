import type { Frame } from '../frame.js';

/**
 * Runs in the container, around the program: $0 is the mark. What comes before the first line is the command's own, docker's for
 * example; and an exit code is the program's only where the last line says so, since the command may have lost its connection.
 */
export const AROUND = `printf '%s begin\\n' "$0" >&2; "$@"; status=$?; printf '%s end %s\\n' "$0" "$status" >&2; exit "$status"`;

/** How long a line of standard error is waited for to become whole, in bytes. */
const LONGEST_LINE = 65_536;

/** Takes our own lines out of standard error. */
export class Marked {
  private rest = '';
  private hasBegun = false;
  private before = '';
  private code: number | undefined;

  constructor(private readonly mark: string) {}

  /** Whether the program runs, or ran. */
  get begun(): boolean {
    return this.hasBegun;
  }

  /** What the command itself wrote before that. */
  get words(): string {
    return (this.before + (this.hasBegun ? '' : this.rest)).trim();
  }

  /** The program's exit code; undefined where its end was not seen. */
  get exitCode(): number | undefined {
    return this.code;
  }

  /**
   * Takes in a piece of standard error.
   * @param isLast whether nothing more comes
   * @returns what the program itself wrote
   */
  push(piece: Buffer, isLast = false): Frame[] {
    // Latin 1 keeps every byte, however a piece cuts a character.
    this.rest += piece.toString('latin1');
    let own = '';
    for (let end = this.rest.indexOf('\n'); end !== -1; end = this.rest.indexOf('\n')) {
      own += this.line(this.rest.slice(0, end + 1));
      this.rest = this.rest.slice(end + 1);
    }
    if (this.hasBegun && (isLast || this.rest.length > LONGEST_LINE)) {
      own += this.rest;
      this.rest = '';
    }
    return own === '' ? [] : [{ channel: 'stderr', bytes: Buffer.from(own, 'latin1') }];
  }

  private line(line: string): string {
    const at = line.indexOf(this.mark);
    if (!this.hasBegun) {
      if (at === -1) this.before += line;
      else this.hasBegun = true;
      return '';
    }
    if (at === -1) return this.code === undefined ? line : '';
    this.code = Number(line.slice(at + this.mark.length + ' end '.length));
    // A program need not end its last line.
    return line.slice(0, at);
  }
}
