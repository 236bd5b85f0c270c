import { failure } from '../../app/outcome.js';
import { runUpgrade } from '../../app/upgrade.js';
import { locate, wantedRelease } from '../../app/locate.js';
import { requireAnswers } from '../require-answers.js';
import type { Run } from '../definitions.js';

export const upgrade: Run = async (settings, terminal) => {
  try {
    requireAnswers(settings, terminal);
    const release = wantedRelease(settings);
    const located = await locate(settings, terminal);
    return await runUpgrade('upgrade', located, release, settings, terminal);
  } catch (error) {
    return failure(error, { command: 'upgrade' });
  }
};
