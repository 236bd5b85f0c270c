import { failure } from '../../app/outcome.js';
import { openDumpFile } from '../../restore/dump-file.js';
import { runRestore } from '../../app/restore.js';
import { locate } from '../../app/locate.js';
import { requireAnswers } from '../require-answers.js';
import type { Run } from '../definitions.js';

export const restore: Run = async (settings, terminal, argument = '') => {
  try {
    requireAnswers(settings, terminal, 'restore');
    const dump = await openDumpFile(argument);
    const { target } = await locate(settings, terminal);
    return await runRestore(target, dump, settings, terminal);
  } catch (error) {
    return failure(error, { command: 'restore' });
  }
};
