/** The document that `--json` prints, as docs/automation.md promises it. Written out here, so that a change to it is noticed. */
export interface Outcome {
  schemaVersion: 1;
  command: string;
  ok: boolean;
  exitCode: number;
  result: string;
  target: {
    kind: string;
    container: string | null;
    host: string | null;
    database: string;
    user: string;
    server: string | null;
    reason: string;
    identity: { systemIdentifier: string | null; startedAt: string | null; databaseOid: number } | null;
    alternatives: Alternative[];
  } | null;
  version: {
    state: string;
    release: string | null;
    condition: string | null;
    differences: number;
    begun: string | null;
    sameSchemaAs: string[];
    target: string;
  } | null;
  steps: { id: string; release: string; status: string; due: boolean; reason: string | null }[];
  applied: string[];
  checks: { id: string; title: string; ok: boolean; expected: string; found: string; remedy: string; probed?: false }[];
  findings: { code: string; title: string; remedy: string }[];
  setAside: { table: string; rows: number | null; readWith: string } | null;
  removed: { kind: string; name: string; reason: string }[];
  backup: { file: string; bytes: number; restoreWith: string | null } | null;
  doctor?: { tried: { part: string; what: string; ok: boolean; reason: string }[]; verdict: string };
  loaded?: { from: string; file: string | null };
  contents: { table: string; rows: number | null; exact: boolean; bytes: number }[] | null;
  lastBackup: { file: string; at: string; bytes: number | null; certain?: true } | null;
  history:
    | {
        operation: string;
        from: string | null;
        to: string;
        toolVersion: string | null;
        steps: { id: string; sha256: string | null }[];
        startedAt: string | null;
        endedAt: string | null;
        role: string | null;
        host: string | null;
        backupFile: string | null;
        elsewhere?: true;
      }[]
    | null;
  rollback?: {
    from: string;
    to: string;
    steps: string[];
    discarded: { table: string; rows: number }[];
    relabelled: { table: string; column: string; from: string[]; to: string; rows: number }[];
    labelsLeft: { type: string; label: string }[];
  };
  restored?: {
    file: string;
    release: string | null;
    keptAs: string | null;
    dropWith: string | null;
    unfinished: { statement: string; reason: string }[];
  };
  report?: {
    file: string | null;
    format: string;
    bytes: number;
    verdict: { state: string; text: string; next: string };
    masked: Record<string, number>;
    hostsShown: boolean;
    content: string | null;
  };
  candidates?: Alternative[];
  sql: string | null;
  error: {
    code: string;
    message: string;
    found: string[];
    remedy: string;
    changed: boolean | 'unknown';
    leftBehind: string[];
  } | null;
}

/** Another way to the database, or another database. */
export interface Alternative {
  kind: 'docker' | 'direct';
  container: string | null;
  host: string | null;
  port: number | null;
  database: string | null;
  user: string | null;
  sameDatabase: boolean;
  unusable: string | null;
  holds: string | null;
  option: string;
}
