import { ExitCode, UpgradeError } from '../errors/error.js';
import { own } from '../errors/remedy.js';
import { closestCodes, explain as explanationOf, findCode, listCodes } from '../errors/explanations.js';
import type { Run } from './definitions.js';

export const explain: Run = (_settings, _terminal, argument) => {
  if (argument === undefined)
    return Promise.resolve({
      command: 'explain',
      result: 'listed' as const,
      exitCode: ExitCode.done,
      codes: listCodes(),
    });
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
  return Promise.resolve({
    command: 'explain',
    result: 'explained' as const,
    exitCode: ExitCode.done,
    explanation: { ...rest, title: `${code}  ${title}` },
  });
};
