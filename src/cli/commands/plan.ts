import { ExitCode } from '../../errors/error.js';
import { upgradeScript } from '../../engine/printable-script.js';
import type { Run } from '../definitions.js';
import { lookAt } from '../../app/look.js';

export const plan: Run = (settings, terminal) =>
  lookAt('plan', settings, terminal, (_session, inspection) => {
    const sql = settings.sql ? upgradeScript(inspection, settings.lockTimeout, settings) : undefined;
    const exitCode = inspection.plan.steps.length === 0 ? ExitCode.done : ExitCode.due;
    return Promise.resolve({
      result: exitCode === ExitCode.done ? ('already-current' as const) : ('planned' as const),
      exitCode,
      sql,
    });
  });
