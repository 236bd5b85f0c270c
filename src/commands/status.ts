import { ExitCode } from '../errors/error.js';
import { LOCK_TIMEOUT_MS } from '../upgrade/lock-timeout.js';
import { readContents } from '../wizard/contents.js';
import type { Run } from './definitions.js';
import { lookAt } from './look.js';

export const status: Run = (settings, terminal) =>
  lookAt('status', settings, terminal, async (session, { plan, snapshot }) => {
    const contents = await readContents(session, snapshot, { ...settings, lockTimeout: LOCK_TIMEOUT_MS });
    return plan.steps.length === 0
      ? { result: 'already-current', exitCode: ExitCode.done, contents }
      : { result: 'due', exitCode: ExitCode.due, contents };
  });
