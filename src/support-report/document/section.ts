import type { SchemaPicture } from '../schema-picture/picture.js';

export interface Section {
  /** A word for links to it. */
  readonly id: string;
  readonly title: string;
  /** Long parts are folded, and come last. */
  readonly folded: boolean;
  readonly blocks: readonly Block[];
}

export type Block =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [label: string, value: string])[] }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | {
      readonly kind: 'table';
      readonly caption: string;
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly string[])[];
    }
  | { readonly kind: 'marks'; readonly title: string; readonly marks: readonly Mark[] }
  | { readonly kind: 'log'; readonly lines: readonly string[] }
  | { readonly kind: 'picture'; readonly picture: SchemaPicture };

export interface Column {
  readonly title: string;
  readonly numeric?: boolean;
}

/** A line with a tick or a cross, or with neither. */
export interface Mark {
  /** `later`: it cannot pass before its step is applied. `dash`: it could not be probed. */
  readonly sign: 'tick' | 'cross' | 'dash' | 'later';
  readonly title: string;
  /** What was expected and found, where it failed. */
  readonly notes: readonly string[];
}
