/** What a run says to people on its way. */
export interface Talk {
  readonly lines: readonly string[];
  /** One sentence or two, which a program that watches is told as well. A page is for people. */
  readonly isShort: boolean;
  /** Whether `--quiet` shows it too: it is an error, or a question about it follows. */
  readonly always: boolean;
}
