/** One line with a tick or a cross, as every report shows it. */
export interface Check {
  readonly id: string;
  readonly title: string;
  readonly system: string;
  readonly ok: boolean;
  readonly expected: string;
  readonly found: string;
  readonly remedy: string;
  /** False for a probe that could not be run: `found` says why. */
  readonly probed?: false;
  readonly hindrance?: Hindrance;
  /** Nothing of what it is about is there. */
  readonly allMissing?: true;
  /** What was found is worth telling although all is well. */
  readonly tellsMore?: true;
}

/** What keeps a probe from being run. */
export interface Hindrance {
  /** In PostgreSQL's words. */
  readonly reason: string;
  /** SQLSTATE. */
  readonly state: string;
}
