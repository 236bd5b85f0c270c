import { ExitCode } from '../../errors/error.js';
import { LOCK_TIMEOUT_MS } from '../../inspection/lock-timeout.js';
import { readContents } from '../../app/contents.js';
import type { Run } from '../definitions.js';
import { lookAt } from '../../app/look.js';

export const status: Run = (settings, terminal) =>
  lookAt('status', settings, terminal, async (session, { plan, snapshot }) => {
    const contents = await readContents(session, snapshot, { ...settings, lockTimeout: LOCK_TIMEOUT_MS });
    return plan.steps.length === 0
      ? { result: 'already-current', exitCode: ExitCode.done, contents }
      : { result: 'due', exitCode: ExitCode.due, contents };
  });
