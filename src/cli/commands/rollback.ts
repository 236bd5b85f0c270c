import { failure } from '../../app/outcome.js';
import { runRollback } from '../../app/rollback.js';
import { locate } from '../../app/locate.js';
import { requireAnswers } from '../require-answers.js';
import type { Run } from '../definitions.js';

export const rollback: Run = async (settings, terminal) => {
  try {
    requireAnswers(settings, terminal, 'rollback');
    const located = await locate(settings, terminal);
    return await runRollback(located, settings, terminal);
  } catch (error) {
    return failure(error, { command: 'rollback' });
  }
};
