import type { Result } from '../../app/outcome.js';
import type { Attempts } from '../../engine/held-up.js';
import type { Removed } from '../../engine/progress.js';

/** How long a phase has been going on, or took, in ms. */
interface Timed {
  readonly durationMs: number;
}

/** One line of `--events`. schema/event-1.schema.json says what each means; pieces that the document of `--json` has too are made in report/json.ts. */
export type Event =
  | {
      readonly event: 'started';
      readonly schemaVersion: 1;
      readonly command: string;
      readonly toolVersion: string;
      readonly processId: number;
    }
  | {
      readonly event: 'found';
      readonly target: object;
      readonly version: object | null;
      readonly steps: readonly object[];
    }
  | { readonly event: 'phases'; readonly phases: readonly { readonly key: string; readonly title: string }[] }
  | { readonly event: 'phase'; readonly key: string; readonly title: string; readonly state: 'started' }
  | ({
      readonly event: 'phase';
      readonly key: string;
      readonly title: string;
      readonly state: 'done' | 'failed' | 'retried';
    } & Timed)
  | ({ readonly event: 'progress'; readonly key: string; readonly detail: string | null } & Timed & Numbers)
  | { readonly event: 'waiting'; readonly reason: string }
  | ({ readonly event: 'removed' } & Removed)
  | { readonly event: 'message'; readonly text: string }
  | { readonly event: 'error' }
  | ({
      readonly event: 'ended';
      readonly result: Result;
      readonly exitCode: number;
      readonly backup: object | null;
    } & Timed &
      Partial<Attempts>);

/** What there is to count, where there is something. */
export interface Numbers {
  readonly step?: string;
  readonly statement?: number;
  readonly statements?: number;
  readonly bytes?: number;
  readonly totalBytes?: number;
}

/** Writes one event. */
export type EmitEvent = (event: Event) => void;
