import { ExitCode } from '../errors/error.js';
import { readHistory } from '../upgrade/history.js';
import type { Run } from './definitions.js';
import { lookAt } from './look.js';

export const status: Run = (settings) =>
  lookAt('status', settings, async (session, { plan }) => {
    const history = await readHistory(session);
    return plan.steps.length === 0
      ? { result: 'already-current', exitCode: ExitCode.done, history }
      : { result: 'due', exitCode: ExitCode.due, history };
  });
