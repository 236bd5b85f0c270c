import type { CatalogCheck } from '../catalog/expectation.js';
import type { Release } from './release.js';

/** Releases that grow out of each other without a break. From one line to another leads a crossing, and no step. */
export interface Line {
  /** As people call it: `1.x`. */
  readonly name: string;
  /** Oldest first. A line after the first begins with what it has of the line before, under the name of its oldest release. */
  readonly releases: readonly Release[];
  /** What all of its releases have and no step makes: a difference is the user's, and only reported. */
  readonly base: readonly CatalogCheck[];
  /** The tables, and the columns of theirs, by which a database of the line is known. */
  readonly coreTables: readonly string[];
  readonly coreColumns: readonly string[];
  /** Tables that all of its releases have and that no step can make anew. */
  readonly baseTables: readonly string[];
}
