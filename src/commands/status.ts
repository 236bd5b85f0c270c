import { ExitCode } from '../errors/error.js';
import type { Run } from './definitions.js';
import { lookAt } from './look.js';

export const status: Run = (settings) =>
  lookAt('status', settings, (_session, { plan }) =>
    Promise.resolve(plan.steps.length === 0
      ? { result: 'already-current' as const, exitCode: ExitCode.done }
      : { result: 'due' as const, exitCode: ExitCode.due }));
