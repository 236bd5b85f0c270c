import { explain } from '../../errors/explanations.js';
import { removedText } from '../../app/phases.js';
import type { Finding } from '../../inspection/finding.js';
import type { Outcome } from '../../app/outcome.js';
import { formatDuration } from '../../inert/words.js';
import type { Style } from './style.js';

/** Why a rehearsal drops its own copy: its verdict says so already. */
export const REHEARSAL_OVER = 'the rehearsal on this copy is over';

/** Findings that every command shows: rows or work of the user depend on them. */
const alwaysShown: ReadonlySet<string> = new Set(['YF349', 'YF814', 'YF818', 'YF820']);

/** What a run noted and removed, with what to type. Empty where that was nothing. */
export function noticeLines(outcome: Outcome, style: Style): string[] {
  const { command, findings, inspection, noted = [], removed = [] } = outcome;
  const inFull = command === 'status' || command === 'verify';
  const of = inFull ? [] : (findings ?? inspection?.findings ?? []).filter(({ code }) => alwaysShown.has(code));
  // What a restore will meet is told before the backup.
  const shown = [...of, ...noted.filter(({ code }) => code !== 'YF815')];
  return [
    ...heldUpLines(outcome, style),
    ...removed.filter(({ reason }) => reason !== REHEARSAL_OVER).map((one) => `  ${style.bullet} ${removedText(one)}`),
    ...shown.flatMap((finding) => findingText(finding, style)),
    ...(shown.length > 0 ? [`    What a code means: yokeflow-upgrade explain ${shown[0]?.code}`] : []),
  ];
}

/** Where others were in the way: for how long YokeFlow was held up. */
function heldUpLines({ locks }: Outcome, style: Style): string[] {
  if (locks === undefined || locks.attempts === 1) return [];
  const { longest, sum } = locks.heldUpMs;
  return [
    `  ${style.bullet} the locks took ${locks.attempts} attempts; YokeFlow was held up for ${formatDuration(sum)} in all, and at most for ${formatDuration(longest)} at a time`,
  ];
}

function findingText({ code, title, remedy }: Finding, style: Style): string[] {
  return [`  ${style.note} ${code}  ${title || explain(code).title}`, `    ${remedy}`];
}
