import type { Redacted } from '../redaction/redacted.js';

/**
 * What becomes of a table or a link: `kept`; `new` with the upgrade; `changed` by it; `mended` by it, because it is broken
 * now; `missing`, and no upgrade can make it; `other`, not among the tables of the releases that are known.
 */
export type Fate = 'kept' | 'new' | 'changed' | 'mended' | 'missing' | 'other';

export interface PictureTable {
  readonly name: Redacted;
  readonly fate: Fate;
  /** Columns now; 0 for a table that is not there. */
  readonly columnsNow: number;
  /** Columns after the upgrade. */
  readonly columnsAfter: number;
}

/** A foreign key. */
export interface PictureLink {
  readonly from: Redacted;
  readonly to: Redacted;
  readonly columns: Redacted;
  readonly onDelete: 'NO ACTION' | 'RESTRICT' | 'CASCADE' | 'SET NULL' | 'SET DEFAULT';
  readonly fate: Fate;
}

/** The tables of a database and the links between them, now and after the upgrade that is due. */
export interface SchemaPicture {
  readonly now: Redacted;
  /** The release that the upgrade leads to; null where nothing is due. */
  readonly after: Redacted | null;
  readonly tables: readonly PictureTable[];
  readonly links: readonly PictureLink[];
}
