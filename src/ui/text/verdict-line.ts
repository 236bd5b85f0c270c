import { visible } from '../../inert/visible.js';
import { isRepair } from '../../planning/plan.js';
import { passedText } from '../../engine/verify.js';
import type { Check } from '../../inspection/check.js';
import { doctorVerdict } from './doctor-lines.js';
import { conditionText } from './header.js';
import { refusalText } from './refusal-lines.js';
import { rehearsedLine } from './rehearsed-line.js';
import type { Outcome } from '../../app/outcome.js';
import { rollbackVerdict } from './rollback-lines.js';
import { newerText } from '../../planning/newer.js';
import type { Style } from './style.js';
import { formatBytes, plural } from '../../inert/words.js';

/** What a command came to, in one line; undefined where its error or its answer says it. Pure. */
export function verdictLine(outcome: Outcome, style: Style): string | undefined {
  const { command, result, inspection, before, backup, rehearsal, restored, checks = [], error } = outcome;
  if (outcome.doctor)
    return `${doctorVerdict(outcome.doctor, error !== undefined, style)}${error ? '' : refusalText(outcome)}`;
  if (error || !inspection) return undefined;
  const { version, plan } = inspection;
  const release = version.release?.version;
  const passed = checks.length > 0 ? ` ${passedText(checks)}.` : '';
  const ofRollback = rollbackVerdict(outcome, style);
  if (ofRollback) return ofRollback;
  switch (result) {
    case 'upgraded':
      if (outcome.loaded)
        return `${style.tick} ${style.good(`YokeFlow's schema is loaded, and the database is at ${version.target.version}`)}, from ${visible(outcome.loaded.file ?? "this program's own schema")}.${passed}`;
      if (before?.version.release?.version === version.target.version)
        return `${style.tick} ${style.good(`YokeFlow's database is now all of ${version.target.version}`)}.${passed}`;
      return `${style.tick} ${style.good(`YokeFlow's database is now at ${version.target.version}`)}, from ${before?.version.release?.version}.${passed}`;
    case 'repaired':
      return `${style.tick} ${style.good(`YokeFlow's database at ${version.target.version} is repaired and works.`)}${passed}`;
    case 'already-current':
      return `${style.tick} Nothing is due: the database is at ${version.target.version}.${passed}`;
    case 'verified':
      return `${style.tick} Everything of ${version.target.version} is there and works.${passed}`;
    case 'due':
    case 'planned': {
      if (command !== 'status' && command !== 'plan' && command !== 'verify')
        return `${style.bullet} Nothing was changed: this was a dry run.`;
      const crosses = failedText(checks);
      if (plan.steps.length === 0) return `${style.note} ${crosses}Nothing was changed.`;
      const kind = isRepair(plan) ? 'A repair' : 'An upgrade';
      return `${style.note} ${crosses}${kind} is due: ${release === version.target.version ? '' : `${release} to ${version.target.version}, `}${plural(plan.steps.length, 'step', 'steps')}.${refusalText(outcome)} Nothing was changed.`;
    }
    case 'rehearsed':
      return rehearsal && `${style.tick} ${style.good(rehearsedLine(rehearsal))}`;
    case 'backed-up':
      return `${style.tick} ${style.good('The backup is made, and pg_restore has read it to its end')}: ${formatBytes(backup?.bytes ?? 0)}.`;
    case 'restored':
      return `${style.tick} ${style.good(`${visible(inspection.snapshot.database)} is now what the backup holds`)}: YokeFlow ${version.newer ? newerText(version.newer) : restored?.release}${conditionText(version, style)}.`;
    default:
      return undefined;
  }
}

/** What of the checks counts as failed, in a sentence for each kind. */
function failedText(checks: readonly Check[]): string {
  const failed = checks.filter(({ ok, probed }) => !ok && probed !== false).length;
  const skipped = checks.filter(({ ok, probed }) => !ok && probed === false).length;
  return [
    failed > 0 ? `${plural(failed, 'check', 'checks')} failed. ` : '',
    skipped > 0
      ? `${plural(skipped, 'check was', 'checks were')} not probed, and --strict counts that as failed. `
      : '',
  ]
    .join('')
    .replace(/^./, (letter) => letter.toUpperCase());
}
