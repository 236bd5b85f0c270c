/** What a run says to people on its way. */
export interface Talk {
  readonly lines: readonly string[];
  /** One sentence or two, which a program that watches is told as well. A page is for people. */
  readonly isShort: boolean;
  /** Whether it has to be said in any case: it is an error, or somebody is about to be asked about it. */
  readonly always: boolean;
}
