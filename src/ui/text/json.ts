import { isSocketFolder } from '../../database/host-and-port.js';
import type { Target } from '../../database/target.js';
import type { UpgradeError } from '../../errors/error.js';
import { inertJson } from '../../inert/json.js';
import { redactText } from '../../redaction/redact.js';
import { probesSkipped } from '../../inspection/findings.js';
import type { Inspection } from '../../inspection/inspection.js';
import { READ_SET_ASIDE, SET_ASIDE_TABLE } from '../../inspection/set-aside.js';
import type { Version } from '../../planning/version.js';
import type { Outcome } from '../../app/outcome.js';
import { rollbackJson } from './rollback-lines.js';
import { dropLine, restoreLine } from '../../detect/command-lines.js';

/** Texts that are whole documents. Their secrets are hidden already, and a script must not be changed. */
const documents: ReadonlySet<string> = new Set(['sql', 'completion', 'content']);

/** The JSON document of `--json`, in bytes that do nothing to a terminal. */
export function jsonDocument(outcome: Outcome): string {
  return inertJson(toJson(outcome), {
    indent: 2,
    change: (text, field) => (documents.has(field) ? text : redactText(text)),
  });
}

/** What it says. */
export function toJson(outcome: Outcome): Record<string, unknown> {
  const { command, result, exitCode, target, inspection, before, error } = outcome;
  const findings = [
    ...(outcome.findings ?? [...(inspection?.findings ?? []), ...probesSkipped(outcome.checks ?? [])]),
    ...(outcome.noted ?? []),
  ];
  return {
    schemaVersion: 1,
    command,
    // A repair that is due is an answer, not a failure.
    ok: exitCode === 0 || exitCode === 10,
    exitCode,
    result,
    target: target ? targetJson(target, inspection) : null,
    version: inspection ? versionJson(inspection.version, inspection.snapshot.schema) : null,
    steps: inspection ? stepsJson(inspection) : [],
    applied: before ? before.plan.steps.map(({ step }) => step.id) : [],
    checks: (outcome.checks ?? []).map(({ id, title, system, ok, expected, found, remedy, probed }) => ({
      id,
      title,
      system,
      ok,
      expected,
      found,
      remedy,
      ...(probed === false && { probed }),
    })),
    findings: findings.map(({ code, title, remedy }) => ({ code, title, remedy })),
    setAside:
      inspection?.setAside && inspection.setAside.notOurs === undefined
        ? { table: SET_ASIDE_TABLE, rows: inspection.setAside.rows, readWith: READ_SET_ASIDE }
        : null,
    ...(outcome.refusal && { refusal: refusalJson(outcome.refusal) }),
    removed: (outcome.removed ?? []).map(({ kind, name, reason }) => ({ kind, name, reason })),
    backup: backupJson(outcome),
    ...outcome.locks,
    ...(outcome.loaded && { loaded: outcome.loaded }),
    ...(outcome.rehearsal && {
      rehearsal: {
        how: outcome.rehearsal.how,
        why: outcome.rehearsal.why,
        copyMs: outcome.rehearsal.copyMs,
        upgradeMs: outcome.rehearsal.upgradeMs,
      },
    }),
    ...(outcome.restored && { restored: restoredJson(outcome) }),
    ...(outcome.rollback && { rollback: rollbackJson(outcome) }),
    contents: outcome.contents?.tables.map(({ table, rows, exact, bytes }) => ({ table, rows, exact, bytes })) ?? null,
    lastBackup: lastBackupJson(outcome),
    history:
      outcome.contents?.history.map((run) => ({
        operation: run.operation,
        from: run.from,
        to: run.to,
        toolVersion: run.toolVersion,
        steps: run.steps,
        startedAt: run.startedAt,
        endedAt: run.endedAt,
        role: run.role,
        host: run.host,
        backupFile: run.backupFile,
        ...(run.attempts !== undefined && { attempts: run.attempts, heldUpMs: run.heldUpMs }),
        ...(run.elsewhere && { elsewhere: run.elsewhere }),
      })) ?? null,
    sql: outcome.sql ?? null,
    ...(outcome.completion !== undefined && { completion: outcome.completion }),
    ...(outcome.doctor && { doctor: outcome.doctor }),
    ...(outcome.report && { report: outcome.report }),
    ...(outcome.explanation && { explanation: outcome.explanation }),
    ...(outcome.codes && { codes: outcome.codes }),
    ...(outcome.candidates && { candidates: outcome.candidates }),
    error: error ? errorJson(error) : null,
  };
}

export function stepsJson({ version, plan }: Inspection): Record<string, unknown>[] {
  return version.steps.map(({ step, status }) => {
    const reason = plan.steps.find((planned) => planned.step === step)?.reason;
    return {
      id: step.id,
      release: step.release,
      title: step.title,
      status,
      due: reason !== undefined,
      reason: reason ?? null,
    };
  });
}

const refusalJson = ({ code, message, found, remedy }: UpgradeError) => ({ code, message, found, remedy });

export function errorJson({
  code,
  message,
  found,
  remedy,
  changed,
  leftBehind,
}: UpgradeError): Record<string, unknown> {
  return { code, message, found, remedy, changed, leftBehind };
}

export function backupJson({ backup, target }: Outcome): Record<string, unknown> | null {
  return backup
    ? { file: backup.file, bytes: backup.bytes, restoreWith: target ? restoreLine(target, backup.file) : null }
    : null;
}

function lastBackupJson({ contents }: Outcome): Record<string, unknown> | null {
  if (!contents?.lastBackup) return null;
  const { file, at, bytes, certain } = contents.lastBackup;
  return { file, at, bytes, ...(certain && { certain }) };
}

function restoredJson({ restored, target }: Outcome): Record<string, unknown> | null {
  if (!restored || !target || target.kind === 'embedded') return null;
  const { file, release, keptAs, unfinished } = restored;
  return {
    file,
    release,
    keptAs: keptAs ?? null,
    dropWith: keptAs === undefined ? null : dropLine(target, keptAs),
    unfinished: unfinished.map(({ statement, reason }) => ({ statement, reason })),
  };
}

/** Field by field: a target also holds a password, and that has no field here. */
export function targetJson(target: Target, inspection: Inspection | undefined): Record<string, unknown> {
  return {
    kind: target.kind,
    container: target.kind === 'docker' ? target.container : null,
    engine: target.kind === 'docker' ? target.engine.url : null,
    host: target.kind === 'direct' ? target.host : null,
    port: target.kind === 'direct' && !isSocketFolder(target.host) ? target.port : null,
    database: target.database,
    // In a container it may be the owner of the tables, and not the role that the container names.
    user: target.kind === 'docker' ? (inspection?.snapshot.server.role ?? target.user) : target.user,
    server: inspection?.snapshot.server.version ?? null,
    reason: target.reason,
    identity: inspection ? identityJson(inspection.identity) : null,
    alternatives: target.alternatives ?? [],
  };
}

function identityJson({ systemIdentifier, startedAt, databaseOid }: Inspection['identity']): Record<string, unknown> {
  return { systemIdentifier, startedAt, databaseOid };
}

export function versionJson(version: Version, schema: string): Record<string, unknown> {
  const { state, release, condition, differences, begun, taken, newer, target } = version;
  return {
    state,
    release: release?.version ?? newer?.version ?? null,
    condition,
    differences,
    begun: begun?.version ?? null,
    taken: taken.map(({ name }) => name),
    sameSchemaAs: release?.sameSchemaAs ?? [],
    target: target.version,
    schema,
  };
}
