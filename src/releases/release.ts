import type { CatalogCheck } from '../catalog/expectation.js';

/**
 * What YokeFlow has always done to its rows, as `sql/shared/controls.sql` and `sample-rows.sql` try it without anything of the
 * release. Where a fork does not allow it, a probe that needs it would say nothing of the release.
 */
export const controls = [
  'update projects',
  'update sessions',
  'complete sessions',
  'insert tests',
  'delete tasks',
  'delete epics',
  'delete sessions',
  'delete projects',
  'insert session_quality_checks',
  'insert prompt_proposals',
] as const;
export type Control = (typeof controls)[number];

/** SQL that shows on this very database that something works. It runs inside a savepoint and leaves nothing. */
export interface Probe {
  readonly id: string;
  readonly title: string;
  /** File below sql/. */
  readonly file: string;
  /** Whether it needs an enum label that the step brings, and so cannot run before that is committed. */
  readonly needsLabels: boolean;
  /** What it uses beside the sample rows and what its release brought. Without it the probe is not run. */
  readonly needs: readonly Control[];
}

export interface EnumLabel {
  readonly type: string;
  readonly label: string;
}

/** What a step drops, makes anew or gives another type, so that whatever of the user's is built on it is affected. */
export interface Replaced {
  readonly relation: string;
  /** Only what uses this column is affected. */
  readonly column?: string;
  /** Whether it comes back under the same name and a view on it can be restored. */
  readonly comesBack: boolean;
  /** YokeFlow's own constraints and indexes, by key, that PostgreSQL drops together with the column. */
  readonly takesAlong?: readonly string[];
  /** The step does it only where the catalog has this key … */
  readonly when: {
    readonly key: string;
    /** … with another definition than this … */
    readonly notDefinition?: string;
    /** … and has this key as well … */
    readonly and?: string;
    /** … and lacks this one. */
    readonly unless?: string;
  };
}

/** A table that goes on under another name, with its rows, and with whatever of the user's is on it. */
export interface Rename {
  readonly from: string;
  readonly to: string;
  /** YokeFlow's own constraints, indexes and sequences of it that are renamed along, and their new names. */
  readonly parts: Readonly<Record<string, string>>;
}

/** What a step writes into rows that are there. It remembers in them what stood there before. */
export interface Rewrite {
  readonly table: string;
  /** For each column that it writes, SQL for what stood there before; `t` is the row. It gives the same before the step and after. */
  readonly before: Readonly<Record<string, string>>;
  /** What is told and checked of the rows that it has written. */
  readonly told?: ToldRewrite;
}

export interface ToldRewrite {
  /** What it did, to stand before a number of rows. */
  readonly title: string;
  /** SQL for whether it has written the row. */
  readonly written: string;
  /**
   * SQL for whether a row that it has written is as it has to be.
   * @param schema quoted
   * @param has whether there is a table of that name
   */
  readonly must: (schema: string, has: (table: string) => boolean) => string;
}

/** Rows with a label that the release before does not know, and the label that they get instead. */
export interface Relabel {
  readonly table: string;
  readonly column: string;
  readonly from: readonly string[];
  readonly to: string;
}

/** What only the release has a place for in a table that stays: rows with something in these columns lose it. */
export interface Loss {
  readonly table: string;
  readonly column: string;
  /** SQL for whether a row holds something there. */
  readonly where: string;
}

export interface Undo {
  /** File below sql/. It drops what the step brought, without CASCADE, as far as it is there. */
  readonly file: string;
  readonly relabels: readonly Relabel[];
  readonly loses?: readonly Loss[];
}

export interface Step {
  readonly id: string;
  readonly release: string;
  /** The part of YokeFlow that it belongs to; its checks are shown under this name. */
  readonly system: string;
  /** What it brings, in a phrase. */
  readonly title: string;
  /** What does not work without it, one line each. */
  readonly without: readonly string[];
  /** File below sql/. */
  readonly file: string;
  readonly labels: readonly EnumLabel[];
  readonly replaces: readonly Replaced[];
  /** Functions that it replaces or drops although no check names them. */
  readonly alsoReplaces?: readonly string[];
  /** Tables that it renames, as far as there is one of the old name. */
  readonly renames?: readonly Rename[];
  readonly rewrites?: readonly Rewrite[];
  /** Tables to whose rows it adds some from elsewhere. */
  readonly fills?: readonly string[];
  /** How `rollback` takes the step back; absent where there is no way back. */
  readonly undo?: Undo;
  readonly checks: readonly CatalogCheck[];
  readonly probes: readonly Probe[];
}

export interface Release {
  readonly version: string;
  /** Releases with the very same schema, oldest first. */
  readonly sameSchemaAs: readonly string[];
  /** YokeFlow installed this release whole: half of it is a stopped installation, not a half-done upgrade. */
  readonly installedWhole: boolean;
  /** Folder below sql/ whose files, in the order of their names, make its whole schema in an empty database. */
  readonly schema?: string;
  readonly steps: readonly Step[];
}
