import type { Target } from '../../database/target.js';
import type { Terminal } from '../terminal/terminal.js';
import type { Inspection } from '../../inspection/inspect.js';

/** Tells whoever watches which database was found, and what it is; the password has no field there. */
export async function tellFound({ tell }: Terminal, target: Target, inspection: Inspection | undefined): Promise<void> {
  if (!tell) return;
  const { stepsJson, targetJson, versionJson } = await import('../text/json.js');
  tell({
    event: 'found',
    target: targetJson(target, inspection),
    version: inspection ? versionJson(inspection.version, inspection.snapshot.schema) : null,
    steps: inspection ? stepsJson(inspection) : [],
  });
}
