import type { ErrorCode } from '../errors/codes.js';
import type { MaskCounts } from './redaction/masks.js';
import type { Redacted } from './redaction/redacted.js';
import type { SchemaPicture } from './schema-picture/picture.js';
import type { activityFacts } from './sources/activity.js';
import type { containerFacts } from './sources/container.js';
import type { containerLog } from './sources/container-log.js';
import type {
  checkFacts,
  findingFacts,
  historyFacts,
  sizesFacts,
  stepFacts,
  yokeflowFacts,
} from './sources/database.js';
import type { engineFacts } from './sources/engine.js';
import type { roleFacts } from './sources/role.js';
import type { serverFacts } from './sources/server.js';
import type { targetFacts } from './sources/target.js';
import type { toolFacts } from './sources/tool.js';

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

/** What the sources of a report find out is its shape. tests/support/report.ts has it as JSON. */
type Found<Source extends (...given: never[]) => unknown> = Readonly<Awaited<ReturnType<Source>>>;

export type ToolFacts = Found<typeof toolFacts>;
export type TargetFacts = Found<typeof targetFacts>;
export type YokeflowFacts = Found<typeof yokeflowFacts>;
export type StepFacts = Found<typeof stepFacts>[number];
export type CheckFacts = Found<typeof checkFacts>[number];
export type FindingFacts = Found<typeof findingFacts>[number];
export type ServerFacts = Found<typeof serverFacts>;
export type RoleFacts = Found<typeof roleFacts>;
export type ActivityFacts = Found<typeof activityFacts>;
export type SizesFacts = Found<typeof sizesFacts>;
export type RunFacts = Found<typeof historyFacts>[number];
export type EngineFacts = Found<typeof engineFacts>;
export type ContainerFacts = Found<typeof containerFacts>;
export type LogFacts = Found<typeof containerLog>;

export interface SearchFacts {
  readonly target: TargetFacts | null;
  readonly attempts: readonly { readonly tried: Redacted; readonly failed: Redacted }[];
  /** Where passwords of the database were found. Equal ones have equal masks. */
  readonly passwords: readonly { readonly where: Redacted; readonly password: Redacted }[];
}

export interface ErrorFacts {
  readonly code: ErrorCode;
  readonly message: Redacted;
  readonly found: readonly Redacted[];
  readonly remedy: Redacted;
}

export interface ChecksFacts {
  /** Null where the probes ran; otherwise why they did not. */
  readonly notProbed: Redacted | null;
  readonly list: readonly CheckFacts[];
}
