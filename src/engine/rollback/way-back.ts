import { key } from '../../catalog/keys.js';
import type { Inspection } from '../../inspection/inspection.js';
import { inferVersion } from '../../planning/version.js';
import type { Line } from '../../releases/line.js';
import { lines, newestOf, releaseBefore, releases, targetsOf } from '../../releases/registry.js';
import type { Release, Step, Undo } from '../../releases/release.js';

export interface UndoableStep extends Step {
  readonly undo: Undo;
}

export type WayBack =
  | { readonly kind: 'possible'; readonly from: Release; readonly to: Release; readonly steps: readonly UndoableStep[] }
  | { readonly kind: 'nothing to undo'; readonly release: Release }
  | { readonly kind: 'none' };

/** From where to where a rollback leads at all, in words. */
export const waysBack = [
  ...releases.flatMap((release) => {
    const before = releaseBefore(release);
    return before !== undefined && release.steps.every(isUndoable) ? [`${release.version} to ${before.version}`] : [];
  }),
  ...lines.slice(1).map((line, index) => `${newestOf(line).version} to ${newestOf(lines[index] ?? line).version}`),
];

/** Where a rollback would lead from here. Pure. */
export function wayBack({ snapshot, version }: Inspection): WayBack {
  const before = lines[lines.indexOf(version.line) - 1];
  if (before !== undefined) return wayAcross({ snapshot, version }, before);
  const begun = (release: Release) =>
    version.steps.filter(({ step, status }) => release.steps.includes(step) && status !== 'pending');
  const from = [...releases].reverse().find((release) => begun(release).length > 0) ?? releases[0];
  if (from === undefined || version.release === null) return { kind: 'none' };

  const to = releaseBefore(from);
  const whole = (release: Release) => inferVersion(snapshot, release).state === 'current';
  const steps = begun(from)
    .map(({ step }) => step)
    .filter(isUndoable)
    .reverse();
  if (to !== undefined && from.steps.every(isUndoable) && whole(to)) return { kind: 'possible', from, to, steps };

  const next = releases[releases.indexOf(from) + 1];
  return next?.steps.every(isUndoable) === true && whole(from)
    ? { kind: 'nothing to undo', release: from }
    : { kind: 'none' };
}

/** From a later line to the newest release of the one before, where the database has come from there. */
function wayAcross({ snapshot, version }: Pick<Inspection, 'snapshot' | 'version'>, before: Line): WayBack {
  const own = targetsOf(version.line).flatMap(({ steps }) => steps);
  const renamed = new Set(own.flatMap(({ renames = [] }) => renames.map(({ from }) => from)));
  const left = before.baseTables.filter((table) => !version.line.baseTables.includes(table) && !renamed.has(table));
  const cameFromThere = left.length > 0 && left.every((table) => snapshot.objects.has(key.table(table)));
  const steps = version.steps
    .filter(({ step, status }) => own.some(({ id }) => id === step.id) && status !== 'pending')
    .map(({ step }) => step);
  if (!cameFromThere || version.release === null || steps.length === 0 || !steps.every(isUndoable))
    return { kind: 'none' };
  return { kind: 'possible', from: version.release, to: newestOf(before), steps: steps.reverse() };
}

function isUndoable(step: Step): step is UndoableStep {
  return step.undo !== undefined;
}
