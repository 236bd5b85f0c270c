import type {
  ActivityFacts,
  ChecksFacts,
  ContainerFacts,
  EngineFacts,
  ErrorFacts,
  FindingFacts,
  LogFacts,
  RoleFacts,
  RunFacts,
  SearchFacts,
  ServerFacts,
  SizesFacts,
  StepFacts,
  ToolFacts,
  YokeflowFacts,
} from './facts.js';
import type { MaskCounts } from './redaction/masks.js';
import type { Redacted } from './redaction/redacted.js';
import type { SchemaPicture } from './schema-picture/picture.js';

/** Something that the report could not find out, and why. */
export interface Unavailable {
  readonly unavailable: Redacted;
}

/** A part of the report; one that is not to be had does not take the others with it. */
export type Part<T> = T | Unavailable;

export function isThere<T>(part: Part<T>): part is T {
  return !(typeof part === 'object' && part !== null && 'unavailable' in part);
}

/**
 * The one value from which Markdown, HTML and JSON are made. Every text in it is `Redacted`, so nothing gets here as it
 * came; tests/unit/support-report/no-raw-strings.ts holds the compiler to that.
 */
export interface Report {
  readonly reportVersion: 1;
  /** ISO 8601, UTC. */
  readonly madeAt: Redacted;
  readonly verdict: Verdict;
  readonly privacy: Privacy;
  readonly tool: ToolFacts;
  readonly search: SearchFacts;
  /** Why the database cannot be looked at, or must not be upgraded. */
  readonly error: ErrorFacts | null;
  readonly yokeflow: Part<YokeflowFacts>;
  readonly steps: Part<readonly StepFacts[]>;
  readonly checks: Part<ChecksFacts>;
  readonly findings: Part<readonly FindingFacts[]>;
  readonly server: Part<ServerFacts>;
  readonly role: Part<RoleFacts>;
  readonly activity: Part<ActivityFacts>;
  readonly sizes: Part<SizesFacts>;
  readonly history: Part<readonly RunFacts[]>;
  readonly engine: Part<EngineFacts>;
  readonly container: Part<ContainerFacts>;
  readonly log: Part<LogFacts>;
  readonly schema: Part<SchemaPicture>;
}

/** A report before its masks have got their numbers. */
export type Draft = Omit<Report, 'privacy'>;

export interface Verdict {
  readonly state: 'good' | 'due' | 'bad';
  readonly text: Redacted;
  readonly next: Redacted;
}

export interface Privacy {
  /** `--with-hosts`. */
  readonly hostsShown: boolean;
  /** How many different ones were masked. */
  readonly masked: MaskCounts;
}
