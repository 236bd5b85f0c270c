import { explain } from '../../errors/explanations.js';
import { removedText } from '../../app/phases.js';
import type { Finding } from '../../inspection/finding.js';
import type { Outcome } from '../../app/outcome.js';
import type { Style } from './style.js';

/** Why a rehearsal drops its own copy: its verdict says so already. */
export const REHEARSAL_OVER = 'the rehearsal on this copy is over';

/** Findings that every command shows: rows or work of the user depend on them. */
const alwaysShown: ReadonlySet<string> = new Set(['YF349', 'YF814', 'YF818', 'YF820']);

/** What a run noted and removed, with what to type. Empty where that was nothing. */
export function noticeLines(
  { command, findings, inspection, noted = [], removed = [] }: Outcome,
  style: Style,
): string[] {
  const inFull = command === 'status' || command === 'verify';
  const of = inFull ? [] : (findings ?? inspection?.findings ?? []).filter(({ code }) => alwaysShown.has(code));
  // What a restore will meet is told before the backup.
  const shown = [...of, ...noted.filter(({ code }) => code !== 'YF815')];
  return [
    ...removed.filter(({ reason }) => reason !== REHEARSAL_OVER).map((one) => `  ${style.bullet} ${removedText(one)}`),
    ...shown.flatMap((finding) => findingText(finding, style)),
    ...(shown.length > 0 ? [`    What a code means: yokeflow-upgrade explain ${shown[0]?.code}`] : []),
  ];
}

function findingText({ code, title, remedy }: Finding, style: Style): string[] {
  return [`  ${style.note} ${code}  ${title || explain(code).title}`, `    ${remedy}`];
}
