import type { ErrorCode } from '../errors/codes.js';
import type { Redacted } from './redaction/redacted.js';
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
