import { ExitCode, UpgradeError } from '../errors/error.js';
import { closestCodes, explain as explanationOf, findCode } from '../errors/explanations.js';
import type { Run } from './definitions.js';

export const explain: Run = (_settings, _terminal, argument = '') => {
  const code = findCode(argument);
  if (code === undefined) {
    const close = closestCodes(argument);
    throw new UpgradeError({
      code: 'YF105',
      exitCode: ExitCode.usage,
      message: `There is no code ${argument}.`,
      found: close.length > 0 ? [`close to it: ${close.join(', ')}`] : [],
      remedy: 'Give the code as it was printed, for example: yokeflow-upgrade explain YF201',
    });
  }
  const { title, ...rest } = explanationOf(code);
  return Promise.resolve({ command: 'explain', result: 'explained' as const, exitCode: ExitCode.done, explanation: { ...rest, title: `${code}  ${title}` } });
};
