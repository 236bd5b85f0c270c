import { visible } from '../../inert/visible.js';
import { redactText } from '../../redaction/redact.js';

/** The part of a look that something belongs to, in the order in which they are shown. */
export type Part = 'program' | 'named' | 'engine' | 'container' | 'connection' | 'database' | 'backup';

/** One thing that was tried, and what came of it. */
export interface Tried {
  readonly part: Part;
  readonly what: string;
  readonly ok: boolean;
  readonly reason: string;
}

/** What was tried, without what is secret and inert. */
export function tried(part: Part, what: string, ok: boolean, reason: string): Tried {
  const shown = (text: string) => visible(redactText(text));
  return { part, what: shown(what), ok, reason: shown(reason) };
}

/** What `doctor` found out. */
export interface Diagnosis {
  readonly tried: readonly Tried[];
  /** In one line. */
  readonly verdict: string;
}
