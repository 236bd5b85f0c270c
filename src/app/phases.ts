import { visible } from '../inert/visible.js';
import { LOAD } from '../engine/load-schema.js';
import type { RollbackPlan } from '../engine/rollback/plan.js';
import { rollbackSections } from '../engine/rollback/script.js';
import type { Inspection } from '../inspection/inspection.js';
import type { Progress, Removed } from '../engine/progress.js';
import { stepsTo } from '../releases/registry.js';
import type { Release } from '../releases/release.js';

/** One line of the task list. */
export interface Phase {
  readonly key: string;
  readonly title: string;
}

export const backupPhase: Phase = { key: 'backup', title: 'Back up, and read the backup to its end' };

/** What a restore is going to go through, in order. Pure. */
export function restorePhases(database: string): Phase[] {
  return [
    { key: 'scratch', title: 'Make a scratch database' },
    { key: 'fill', title: 'Restore into it' },
    { key: 'look', title: 'Look at what came out' },
    { key: 'swap', title: `Let it take the place of ${visible(database)}` },
  ];
}

export const locksPhase: Phase = { key: 'locks', title: 'Lock the tables' };

/** What every change ends with. */
const checksPhase: Phase = { key: 'checks', title: 'Checks and probes, inside the transaction' };
const afterChecks: readonly Phase[] = [
  { key: 'commit', title: 'Commit' },
  { key: 'verify', title: 'Verify from a fresh session' },
];
export const lastPhases: readonly Phase[] = [checksPhase, ...afterChecks];

/** What an upgrade is going to go through, in order. Pure. */
export function phasesOf({ plan, affected }: Inspection, withBackup = false): Phase[] {
  const labels = plan.labels.map(({ label }) => label).join(' and ');
  return [
    ...(withBackup ? [backupPhase] : []),
    locksPhase,
    ...(affected.carried.length > 0 ? [{ key: 'set views aside', title: 'Take down your views' }] : []),
    ...plan.steps.map(({ step }) => ({ key: step.id, title: `${step.id}: ${step.title}` })),
    ...(affected.carried.length > 0 ? [{ key: 'restore views', title: 'Put back your views' }] : []),
    ...(affected.putBack.length > 0 ? [{ key: 'put back', title: 'Put back your options, rights and comments' }] : []),
    checksPhase,
    ...(plan.labels.length > 0 ? [{ key: 'labels', title: `Enum labels ${labels}, and what needs them` }] : []),
    ...afterChecks,
  ];
}

/** What the loading of a schema is going to go through, in order; a later step that is in the schema already is passed over. Pure. */
export function initPhases(source: string, target: Release): Phase[] {
  return [
    { key: LOAD, title: `Load YokeFlow's schema from ${visible(source)}` },
    ...stepsTo(target)
      .filter(({ release }) => release === target.version)
      .map(({ id, title }) => ({ key: id, title: `${id}: ${title}` })),
    ...lastPhases,
  ];
}

/** What a rehearsal is going to go through, in order. Pure. */
export function rehearsalPhases(inspection: Inspection): Phase[] {
  return [
    { key: 'copy', title: 'Copy the database' },
    ...phasesOf(inspection),
    { key: 'drop copy', title: 'Drop the copy' },
  ];
}

/** What was removed, and why. Pure. */
export function removedText({ kind, name, reason }: Removed): string {
  return `${kind === 'database' ? 'dropped the database' : `removed the ${kind}`} ${name}: ${reason}`;
}

/** Which line a piece of progress belongs to, and what there is to say beside it. Pure. */
export function phaseOf(progress: Progress): { key: string | undefined; detail: string | undefined } {
  if (progress.phase === 'waiting' || progress.phase === 'not recorded') {
    return { key: undefined, detail: `${progress.phase}: ${progress.reason}` };
  }
  if (progress.phase === 'again') return { key: undefined, detail: progress.reason };
  if (progress.phase === 'removed') return { key: undefined, detail: removedText(progress) };
  if (progress.phase === 'noted')
    return { key: undefined, detail: `${progress.finding.code}  ${progress.finding.title}` };
  const detail =
    'detail' in progress
      ? progress.detail
      : progress.phase === 'statement'
        ? `statement ${progress.number} of ${progress.statements}`
        : progress.phase === 'probe'
          ? progress.title
          : progress.phase === 'rows kept'
            ? progress.check.title
            : undefined;
  // Nothing is kept of it: what it goes through is not done yet.
  if (progress.phase === 'dress rehearsal' || ('dryRun' in progress && progress.dryRun))
    return { key: locksPhase.key, detail: ['going through all of it once first', detail].filter(Boolean).join(': ') };
  if (progress.phase === 'labels ahead') return { key: locksPhase.key, detail: 'the enum labels first' };
  if (progress.phase === 'statement' && progress.ahead)
    return { key: locksPhase.key, detail: `before that, ${progress.name}: ${detail}` };
  if (progress.phase === 'section' || progress.phase === 'statement') return { key: progress.name, detail };
  if (progress.phase === 'probe' && progress.afterLabels === true) return { key: 'labels', detail };
  return { key: progress.phase === 'probe' || progress.phase === 'rows kept' ? 'checks' : progress.phase, detail };
}

/** What a rollback is going to go through, in order. Pure but for reading sql/. */
export function rollbackPhases(plan: RollbackPlan): Phase[] {
  const shown = rollbackSections(plan).filter(({ name }) => name !== 'prepare' && name !== 'tidy up');
  return [locksPhase, ...shown.map(({ name, title }) => ({ key: name, title })), ...lastPhases];
}
