import { failure } from '../../app/outcome.js';
import { runRehearsal } from '../../app/rehearse.js';
import { locate, wantedRelease } from '../../app/locate.js';
import type { Run } from '../definitions.js';

export const rehearse: Run = async (settings, terminal) => {
  try {
    const release = wantedRelease(settings);
    return await runRehearsal(await locate(settings, terminal), release, settings, terminal);
  } catch (error) {
    return failure(error, { command: 'rehearse' });
  }
};
