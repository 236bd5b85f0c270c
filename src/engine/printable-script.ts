import { PINNED_PATH, pinnedSettings, setItems } from '../database/pinned-settings.js';
import { quoteLiteral } from '../database/quote.js';
import { inertSql } from '../inert/sql.js';
import type { Snapshot } from '../catalog/snapshot.js';
import { stepsTo } from '../releases/registry.js';
import type { EnumLabel, Probe, Release } from '../releases/release.js';
import { recordStatements, upgradeRun, type Run } from './history.js';
import type { Inspection } from '../inspection/inspection.js';
import type { Loaded } from './load-schema.js';
import { probeOrSkip, sampleStatements, shapeStatements } from './samples.js';
import { UPGRADE_LOCK, lockStatement } from './table-locks.js';
import { pinnedPath, settings, yokeflowPath } from '../planning/transaction-settings.js';
import { changeSections, labelStatement, type Section } from '../inspection/change-sections.js';
import { neededLocks, affectedObjects, type NeededLock } from '../planning/affected-objects.js';

interface ScriptParts {
  readonly snapshot: Snapshot;
  readonly lockTimeoutMs: number;
  readonly labels: readonly EnumLabel[];
  /** Taken before anything is changed; in psql each may wait for the lock timeout. */
  readonly locks?: readonly NeededLock[];
  readonly sections: readonly Section[];
  readonly probes: readonly Probe[];
  /** Whether a probe that cannot be run is an error. */
  readonly strict: boolean;
  readonly run: Omit<Run, 'host'>;
}

/** The whole upgrade as a script for psql: what `plan --sql` prints. It does what `upgrade` does, but for the proof of rows. */
export function upgradeScript(inspection: Inspection, lockTimeoutMs: number, { strict = false } = {}): string {
  const { snapshot, plan, version } = inspection;
  if (plan.steps.length === 0) return '-- Nothing is due.\n';
  const sections = changeSections(inspection);
  const probes = stepsTo(version.target).flatMap((step) => step.probes);
  return printableScript({
    snapshot,
    lockTimeoutMs,
    labels: plan.labels,
    locks: neededLocks(affectedObjects(plan, snapshot)),
    sections,
    probes,
    strict,
    run: { ...upgradeRun(inspection), server: inspection.identity.systemIdentifier },
  });
}

/** The loading of a schema as a script for psql, made of what a dry run went through. */
export function initScript(
  { inspection, sections }: Loaded,
  { snapshot }: Inspection,
  target: Release,
  { lockTimeout, strict = false }: { readonly lockTimeout: number; readonly strict?: boolean | undefined },
): string {
  return printableScript({
    snapshot: { ...snapshot, mayKeepHistory: inspection.snapshot.mayKeepHistory },
    lockTimeoutMs: lockTimeout,
    labels: [],
    sections,
    probes: stepsTo(target).flatMap((step) => step.probes),
    strict,
    run: { ...upgradeRun(inspection), operation: 'init', from: null, server: inspection.identity.systemIdentifier },
  });
}

const sessionPath = `SELECT ${setItems({ search_path: PINNED_PATH }, { local: false })}`;

/** Sets only those settings that differ, because one of them needs a superuser. */
const sessionSettings = `SELECT set_config(name, value, false)
  FROM (VALUES ${Object.entries(pinnedSettings)
    .map(([name, value]) => `(${quoteLiteral(name)}, ${quoteLiteral(value)})`)
    .join(', ')}) AS pinned (name, value)
 WHERE current_setting(name, true) <> value`;

/** A script for psql that stops at the first error, and then leaves everything as it was. On a terminal it does nothing. */
export function printableScript({
  snapshot,
  lockTimeoutMs,
  labels,
  locks = [],
  sections,
  probes,
  strict,
  run,
}: ScriptParts): string {
  const statements = (lines: readonly string[]) => lines.map((line) => `${line};`).join('\n');
  const parts = [
    '\\set ON_ERROR_STOP on',
    '-- Whatever is set for this role or database, the statements mean what they say.',
    statements([sessionPath, sessionSettings]),
  ];
  if (labels.length > 0) {
    parts.push(
      '-- PostgreSQL lets no one use a new enum label before it is committed, so these come first.',
      statements([
        yokeflowPath(snapshot).replace('SET LOCAL', 'SET'),
        ...labels.map((label) => labelStatement(label, snapshot.schema)),
        sessionPath,
      ]),
    );
  }
  parts.push(
    '-- All of the rest is one transaction: it is kept as a whole, or not at all.',
    statements([
      'BEGIN ISOLATION LEVEL READ COMMITTED',
      ...settings(snapshot, lockTimeoutMs),
      `SELECT pg_advisory_xact_lock(${UPGRADE_LOCK})`,
    ]),
  );
  if (locks.length > 0)
    parts.push(
      '-- Every lock before any change.',
      statements(locks.map((lock) => lockStatement(lock, snapshot.schema))),
    );
  for (const section of sections) {
    parts.push(`-- ${section.name}`, statements(section.statements.map(({ sql }) => sql)));
  }
  if (probes.length > 0)
    parts.push(
      '-- Sample rows for the probes, and whether this database lets YokeFlow do what it has always done.',
      statements(['SAVEPOINT samples', yokeflowPath(snapshot), ...shapeStatements(), ...sampleStatements()]),
    );
  for (const probe of probes) {
    parts.push(
      `-- ${probe.title}?`,
      statements(['SAVEPOINT probe', probeOrSkip(probe, strict), 'ROLLBACK TO SAVEPOINT probe']),
    );
  }
  if (probes.length > 0) parts.push('ROLLBACK TO SAVEPOINT samples;');
  // In a script a failed record would fail the rest with it.
  if (snapshot.mayKeepHistory) {
    const { make, insert } = recordStatements({ ...run, host: null });
    parts.push(statements([yokeflowPath(snapshot), ...make, pinnedPath, insert]));
  }
  // psql prints an empty answer to each check, and nothing to COMMIT where it is quiet.
  parts.push(
    '-- Reached only if all of the above passed.',
    'COMMIT;',
    `\\echo 'Committed: the database is at YokeFlow ${run.to}, and its probes passed.'`,
  );
  return inertSql(`${parts.join('\n\n')}\n`);
}
