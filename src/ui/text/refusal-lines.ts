import type { UpgradeError } from '../../errors/error.js';
import { shortRemedyText } from '../../errors/remedy.js';
import type { Finding } from '../../inspection/finding.js';
import { below } from './error-lines.js';
import type { Style } from './style.js';

/** How many lines of what was found are shown of it where nobody asked for more. */
const SHOWN = 3;

/** For a verdict: that the upgrade which is due would be refused, with the code. Empty where nothing is in its way. Pure. */
export function refusalText(refusal: UpgradeError | undefined): string {
  if (refusal === undefined) return '';
  // On a terminal somebody is asked.
  return ` Now upgrade would be refused: ${refusal.code}${refusal.code === 'YF311' ? ' (on a terminal it asks first)' : ''}.`;
}

/** Why, and what to do next. Pure. */
export function refusalLines({ code, message, found, advice }: UpgradeError, style: Style, inFull: boolean): string[] {
  const shown = inFull ? found : found.slice(0, SHOWN);
  return [
    `  ${style.cross} ${style.bold(code)}  ${below(message)}`,
    ...shown.map((line) => `    ${below(line)}`),
    ...(found.length > shown.length ? [`    and ${found.length - shown.length} more; --verbose shows them all`] : []),
    `  Next: ${below(shortRemedyText(advice))}`,
    `  What it means: yokeflow-upgrade explain ${code}`,
  ];
}

/** The findings without the one that the refusal tells already. Pure. */
export const withoutRefusal = (findings: readonly Finding[], refusal: UpgradeError | undefined): readonly Finding[] =>
  refusal === undefined
    ? findings
    : findings.filter(({ code, title }) => code !== refusal.code || !title.startsWith(refusal.message));
