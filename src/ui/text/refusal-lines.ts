import type { Outcome } from '../../app/outcome.js';
import { isOfThisMachine } from '../../app/refusal-ahead.js';
import type { UpgradeError } from '../../errors/error.js';
import { shortRemedyText } from '../../errors/remedy.js';
import type { Finding } from '../../inspection/finding.js';
import { below } from './error-lines.js';
import type { Style } from './style.js';

/** How many lines of what was found are shown of it where nobody asked for more. */
const SHOWN = 1;

/** For a verdict: that the change which is due would be refused, with the code. Empty where nothing is in its way. Pure. */
export function refusalText({ command, refusal }: Outcome): string {
  if (refusal === undefined) return '';
  const change = command === 'rollback' ? 'rollback' : 'upgrade';
  const where = isOfThisMachine(refusal) ? 'On this machine' : 'Now';
  // On a terminal somebody is asked.
  const asks = refusal.code === 'YF311' ? ' (on a terminal it asks first)' : '';
  return ` ${where} ${change} would be refused: ${refusal.code}${asks}.`;
}

/**
 * Why, and what to do next. Pure.
 * @param next the command to type once that is done, where it is another machine's or another option's matter
 */
export function refusalLines(
  refusal: UpgradeError,
  next: string,
  style: Style,
  amount: 'all' | 'some' | 'least',
): string[] {
  const { code, message, found, advice } = refusal;
  const inFull = amount === 'all';
  if (isOfThisMachine(refusal) && !inFull)
    return amount === 'least'
      ? [`  Next: ${next}`, `  What ${code} means: yokeflow-upgrade explain ${code}`]
      : [...summary(refusal, style), `  Next: ${next}`];
  const remedy = below(shortRemedyText(advice));
  const shown = inFull ? found : found.slice(0, SHOWN);
  return [
    `  ${style.cross} ${style.bold(code)}  ${below(message)}`,
    ...shown.map((line) => `    ${below(line)}`),
    ...(found.length > shown.length ? [`    and ${found.length - shown.length} more; --verbose shows them all`] : []),
    ...(isOfThisMachine(refusal) ? [`  First: ${remedy}`, `  Next: ${next}`] : [`  Next: ${remedy}`]),
    `  What it means: yokeflow-upgrade explain ${code}`,
  ];
}

const summary = ({ code, message }: UpgradeError, style: Style): string[] => [
  `  ${style.cross} ${style.bold(code)}  ${below(message)} What to do: yokeflow-upgrade explain ${code}`,
];

/** What a plain `status` tells of it besides its next command. Pure. */
export function refusalSummary({ refusal }: Outcome, style: Style): readonly string[] {
  if (refusal === undefined) return [];
  return isOfThisMachine(refusal) ? summary(refusal, style) : refusalLines(refusal, '', style, 'some');
}

/** The findings without the one that the refusal tells already. Pure. */
export const withoutRefusal = (findings: readonly Finding[], refusal: UpgradeError | undefined): readonly Finding[] =>
  refusal === undefined
    ? findings
    : findings.filter(({ code, title }) => code !== refusal.code || !title.startsWith(refusal.message));
