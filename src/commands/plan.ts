import { ExitCode } from '../errors/error.js';
import { stepsTo } from '../releases/registry.js';
import { printableScript } from '../upgrade/script.js';
import type { Run } from './definitions.js';
import { lookAt } from './look.js';

export const plan: Run = (settings, terminal) =>
  lookAt('plan', settings, (_session, inspection) => {
    const probes = stepsTo(inspection.version.target).flatMap((step) => step.probes);
    const sql = settings.sql ? printableScript(inspection, probes, settings.lockTimeout) : undefined;
    if (sql !== undefined && !settings.json) terminal.print(sql);
    const exitCode = inspection.plan.steps.length === 0 ? ExitCode.done : ExitCode.due;
    return Promise.resolve({ result: exitCode === ExitCode.done ? ('already-current' as const) : ('planned' as const), exitCode, sql });
  });
