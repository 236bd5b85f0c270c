import type { UpgradeError } from '../../errors/error.js';
import { shortRemedyText } from '../../errors/remedy.js';
import { redactText } from '../../redaction/redact.js';
import type { Style } from './style.js';

/** Their message says all that there is to it. */
const withoutExplanation: ReadonlySet<string> = new Set(['YF101', 'YF102', 'YF103', 'YF104', 'YF105', 'YF701']);

/** An error as it is shown: what happened, what was found, what became of the database, what to type. */
export function errorLines(
  { code, message, found, changed, leftBehind, advice, cause }: UpgradeError,
  style: Style,
  verbose: boolean,
): string[] {
  const state =
    changed === 'unknown'
      ? 'Whether anything was changed is not known.'
      : changed
        ? 'The database was changed.'
        : leftBehind.length > 0
          ? `Nothing was changed but for ${leftBehind.join(' and ')}, which PostgreSQL cannot drop and nothing uses yet.`
          : 'Nothing was changed.';
  const meaning = withoutExplanation.has(code) ? [] : [`  What it means: yokeflow-upgrade explain ${code}`];
  const stack = verbose && cause instanceof Error && code === 'YF901' ? ['', redactText(cause.stack ?? '')] : [];
  return [
    '',
    `${style.cross} ${style.bold(code)}  ${below(message)}`,
    ...found.map((line) => `    ${below(line)}`),
    `  ${state}`,
    `  Next: ${below(shortRemedyText(advice))}`,
    ...meaning,
    ...stack,
  ];
}

/** Indents the further lines of a text, so that none looks like one of this program's own. */
export const below = (text: string) => text.trimEnd().replaceAll('\n', '\n        ');
