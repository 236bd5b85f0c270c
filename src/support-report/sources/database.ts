import { createHash } from 'node:crypto';
import { readSizes } from '../../catalog/sizes.js';
import type { Session } from '../../database/session.js';
import { stepsTo } from '../../releases/registry.js';
import type { Release } from '../../releases/release.js';
import { readHistory, type Operation, type RecordedRun } from '../../engine/history.js';
import type { Inspection } from '../../inspection/inspection.js';
import { LOCK_TIMEOUT_MS, withLockTimeout } from '../../inspection/lock-timeout.js';
import { probesSkipped } from '../../inspection/findings.js';
import { backupObstacles, obstacles } from '../../inspection/obstacles.js';
import { readSql } from '../../releases/sql-files.js';
import type { Check } from '../../inspection/check.js';
import { instant } from '../redaction/redacted.js';
import type { Redactor } from '../redaction/redactor.js';

export function yokeflowFacts({ version, snapshot, route }: Inspection, redactor: Redactor) {
  const known = version.release?.version ?? version.newer?.version ?? undefined;
  return {
    state: version.state,
    release: known === undefined ? null : redactor.text(known),
    condition: version.condition,
    differences: version.differences,
    begun: version.begun && redactor.text(version.begun.version),
    taken: version.taken.map(({ name }) => redactor.text(name)),
    sameSchemaAs: (version.release?.sameSchemaAs ?? []).map((name) => redactor.text(name)),
    target: redactor.text(version.target.version),
    schema: redactor.text(snapshot.schema),
    pooled: route.pooled,
  };
}

export function stepFacts({ version, plan }: Inspection, redactor: Redactor) {
  return version.steps.map(({ step, status, condition, differences }) => {
    const planned = plan.steps.find((one) => one.step === step);
    return {
      id: redactor.text(step.id),
      release: redactor.text(step.release),
      title: redactor.text(step.title),
      status: planned?.status ?? status,
      // A probe may call broken what the catalog calls whole.
      condition: planned?.status === 'defective' && condition === 'whole' ? 'defective' : condition,
      differences,
      due: planned !== undefined,
      reason: planned ? redactor.text(planned.reason) : null,
    };
  });
}

export function checkFacts(checks: readonly Check[], { version }: Inspection, redactor: Redactor) {
  const pending = new Set(
    version.steps
      .filter(({ status }) => status === 'pending')
      .flatMap(({ checks }) => checks.map(({ check }) => check.id)),
  );
  return checks.map(({ id, title, system, ok, expected, found, remedy, probed }) => ({
    id: redactor.text(id),
    title: redactor.text(title),
    system: redactor.text(system),
    ok,
    /** It cannot pass yet: its step has not been applied. */
    pending: !ok && pending.has(id),
    /** A probe that could not be run here; `found` says why. */
    skipped: probed === false,
    expected: redactor.definition(expected),
    found: redactor.definition(found),
    remedy: redactor.text(remedy),
  }));
}

/** What stands in the way, which the inspection lists first, and what else is worth saying. */
export function findingFacts(inspection: Inspection, checks: readonly Check[], redactor: Redactor) {
  const stopping = obstacles(inspection).length + backupObstacles(inspection).length;
  return [...inspection.findings, ...probesSkipped(checks)].map(({ code, title, remedy }, index) => ({
    code,
    /** Whether it stands in the way of an upgrade. */
    stops: index < stopping,
    title: redactor.definition(title),
    remedy: redactor.text(remedy),
  }));
}

/**
 * How large the database is, and each of its tables.
 * @throws {DatabaseError} where a table is locked
 * @throws {ConnectionLost}
 */
export async function sizesFacts(session: Session, { snapshot, version }: Inspection, redactor: Redactor) {
  // Another program's tables are nobody's business here.
  if (version.release === null) return { databaseBytes: snapshot.sizeBytes, tables: [] };
  const sizes = await withLockTimeout(session, LOCK_TIMEOUT_MS, () => readSizes(session, snapshot));
  return {
    databaseBytes: snapshot.sizeBytes,
    tables: sizes.map(({ table, rows, exact, bytes }) => ({ table: redactor.text(table), rows, exact, bytes })),
  };
}

/**
 * The recorded runs, the latest first.
 * @throws {ConnectionLost}
 */
export async function historyFacts(session: Session, target: Release, owner: string | null, redactor: Redactor) {
  const hash = (file: string) => createHash('sha256').update(readSql(file)).digest('hex');
  const steps = stepsTo(target);
  const here = new Map(steps.map(({ id, file }) => [id, hash(file)]));
  // A rollback ran the undo of each step.
  const undone = new Map(
    steps.flatMap(({ id, undo }): [string, string][] => (undo === undefined ? [] : [[id, hash(undo.file)]])),
  );
  return (await readHistory(session, owner)).map((run) =>
    runFacts(run, run.operation === 'rollback' ? undone : here, redactor),
  );
}

const operations = ['upgrade', 'repair', 'rollback', 'init'] as const satisfies Operation[];

function runFacts(run: RecordedRun, here: ReadonlyMap<string, string>, redactor: Redactor) {
  const { operation, from, to, toolVersion, steps, startedAt, endedAt, role, host, backupFile } = run;
  const seconds = startedAt === null || endedAt === null ? null : (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
  return {
    operation: operations.find((one) => one === operation) ?? ('other' as const),
    from: from === null ? null : redactor.text(from),
    to: redactor.text(to),
    toolVersion: toolVersion === null ? null : redactor.text(toolVersion),
    steps: steps.map(({ id, sha256 }) => ({
      id: redactor.text(id),
      /** Whether it was the one that this version of the program has. Null where the record does not say. */
      sameAsHere: sha256 === null || !here.has(id) ? null : here.get(id) === sha256,
    })),
    endedAt: endedAt === null ? null : instant(new Date(endedAt)),
    seconds,
    role: role === null ? null : redactor.user(role),
    host: host === null ? null : redactor.host(host),
    backedUp: backupFile !== null,
  };
}
