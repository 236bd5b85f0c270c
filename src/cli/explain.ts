import { ExitCode, UpgradeError } from '../errors/error.js';
import { own } from '../errors/remedy.js';
import { closestCodes, explain as explanationOf, findCode, listCodes } from '../errors/explanations.js';
import type { OutcomeOf } from '../app/outcome.js';

/** @throws {UpgradeError} YF105 for a code that there is not */
export async function explain(argument: string | undefined): Promise<OutcomeOf<'explain'>> {
  const done = { command: 'explain', exitCode: ExitCode.done } as const;
  if (argument === undefined) return { ...done, result: 'listed', codes: listCodes() };
  const code = findCode(argument);
  if (code === undefined) {
    const close = closestCodes(argument);
    throw new UpgradeError({
      code: 'YF105',
      exitCode: ExitCode.usage,
      message: `There is no code ${argument}.`,
      found: close.length > 0 ? [`close to it: ${close.join(', ')}`] : [],
      remedy: ['Give the code as it was printed. All codes: ', own('explain')],
    });
  }
  const { title, ...rest } = explanationOf(code);
  return { ...done, result: 'explained', explanation: { ...rest, title: `${code}  ${title}` } };
}
