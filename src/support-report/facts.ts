import type { ErrorCode } from '../errors/codes.js';
import type { Operation } from '../engine/history.js';
import type { StepStatus, VersionState } from '../planning/version.js';
import type { Redacted } from './redaction/redacted.js';

export interface ToolFacts {
  readonly version: Redacted;
  readonly node: Redacted;
  readonly platform: Redacted;
  readonly release: Redacted;
  readonly architecture: Redacted;
  /** Whether it runs from its own Docker image. */
  readonly inItsImage: boolean;
  readonly language: Redacted;
}

export interface SearchFacts {
  readonly target: TargetFacts | null;
  readonly attempts: readonly { readonly tried: Redacted; readonly failed: Redacted }[];
  /** Where passwords of the database were found. Equal ones have equal masks. */
  readonly passwords: readonly { readonly where: Redacted; readonly password: Redacted }[];
}

export interface TargetFacts {
  readonly kind: 'docker' | 'direct' | 'embedded';
  readonly container: Redacted | null;
  readonly host: Redacted | null;
  readonly port: number | null;
  readonly database: Redacted;
  readonly user: Redacted;
  readonly encryption: 'disable' | 'prefer' | 'require' | null;
  readonly reason: Redacted;
}

export interface ErrorFacts {
  readonly code: ErrorCode;
  readonly message: Redacted;
  readonly found: readonly Redacted[];
  readonly remedy: Redacted;
}

export interface YokeflowFacts {
  readonly state: VersionState;
  readonly release: Redacted | null;
  readonly sameSchemaAs: readonly Redacted[];
  readonly target: Redacted;
  readonly schema: Redacted;
  readonly pooled: boolean;
}

export interface StepFacts {
  readonly id: Redacted;
  readonly release: Redacted;
  readonly title: Redacted;
  readonly status: StepStatus;
  readonly due: boolean;
  readonly reason: Redacted | null;
}

export interface ChecksFacts {
  /** Null where the probes ran; otherwise why they did not. */
  readonly notProbed: Redacted | null;
  readonly list: readonly CheckFacts[];
}

export interface CheckFacts {
  readonly id: Redacted;
  readonly title: Redacted;
  readonly system: Redacted;
  readonly ok: boolean;
  /** It cannot hold yet: its step has not been applied. */
  readonly pending: boolean;
  /** A probe that could not be run here; `found` says why. */
  readonly skipped: boolean;
  readonly expected: Redacted;
  readonly found: Redacted;
  readonly remedy: Redacted;
}

export interface FindingFacts {
  readonly code: ErrorCode;
  /** Whether it stands in the way of an upgrade. */
  readonly stops: boolean;
  readonly title: Redacted;
  readonly remedy: Redacted;
}

export interface ServerFacts {
  readonly version: Redacted;
  readonly platform: Redacted;
  readonly startedAt: Redacted | null;
  readonly inRecovery: boolean;
  readonly readOnly: boolean;
  readonly encoding: Redacted;
  readonly collation: Redacted;
  readonly settings: readonly SettingFacts[];
  readonly extensions: readonly { readonly name: Redacted; readonly version: Redacted; readonly schema: Redacted }[];
}

export interface SettingFacts {
  readonly name: Redacted;
  readonly value: Redacted;
  /** PostgreSQL's built-in value where this one is another. */
  readonly insteadOf: Redacted | null;
  /** Where it was set: pg_settings.source. */
  readonly source: Redacted;
}

export interface RoleFacts {
  readonly name: Redacted;
  /** What it is and may do, one sentence each. */
  readonly rights: readonly Redacted[];
  /** What an upgrade needs and it may not do. */
  readonly lacks: readonly Redacted[];
}

export interface ActivityFacts {
  /** Agent sessions at work. Null where the role may not read them. */
  readonly agentSessions: number | null;
  readonly connections: readonly { readonly state: Redacted; readonly count: number; readonly oldestSeconds: number }[];
  readonly waitingForLocks: number;
  readonly preparedTransactions: number;
  readonly longestTransactionSeconds: number;
}

export interface SizesFacts {
  readonly databaseBytes: number;
  readonly tables: readonly {
    readonly table: Redacted;
    readonly rows: number | null;
    readonly exact: boolean;
    readonly bytes: number;
  }[];
}

export interface RunFacts {
  readonly operation: Operation | 'other';
  readonly from: Redacted | null;
  readonly to: Redacted;
  readonly toolVersion: Redacted | null;
  /** Whether each step was the one that this version of the program has. Null where the record does not say. */
  readonly steps: readonly { readonly id: Redacted; readonly sameAsHere: boolean | null }[];
  readonly endedAt: Redacted | null;
  readonly seconds: number | null;
  readonly role: Redacted | null;
  readonly host: Redacted | null;
  readonly backedUp: boolean;
}

export interface EngineFacts {
  readonly address: Redacted;
  readonly source: Redacted;
  readonly version: Redacted;
  readonly api: Redacted;
  readonly platform: Redacted;
  readonly system: Redacted;
  readonly storage: Redacted;
  readonly processors: number;
  readonly memoryBytes: number;
}

export interface ContainerFacts {
  readonly name: Redacted;
  readonly image: Redacted;
  readonly imageId: Redacted;
  readonly state: Redacted;
  readonly health: Redacted | null;
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  readonly error: Redacted | null;
  readonly createdAt: Redacted;
  readonly startedAt: Redacted | null;
  readonly finishedAt: Redacted | null;
  readonly restarts: number;
  readonly restartPolicy: Redacted;
  readonly memoryLimitBytes: number | null;
  readonly mounts: readonly MountFacts[];
  readonly ports: readonly Redacted[];
  /** Names alone. */
  readonly environment: readonly Redacted[];
}

export interface MountFacts {
  readonly kind: Redacted;
  readonly destination: Redacted;
  /** The volume's name; a path of the machine only with `--with-hosts`. */
  readonly source: Redacted | null;
  readonly writable: boolean;
}

export interface LogFacts {
  readonly lines: readonly Redacted[];
  /** Whether there were more lines before these. */
  readonly cut: boolean;
}
