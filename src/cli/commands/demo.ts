import { failure } from '../../app/outcome.js';
import { demoRelease } from '../../demo/fixtures.js';
import { openDemoDatabase } from '../../demo/database.js';
import { runUpgrade } from '../../app/upgrade.js';
import { wantedRelease } from '../../app/locate.js';
import { requireAnswers } from '../require-answers.js';
import type { Run } from '../definitions.js';

export const demo: Run = async (settings, terminal) => {
  try {
    // Without a terminal a demo still has something to show, and nothing to lose.
    const answered = terminal.interactive ? settings : { ...settings, yes: true };
    requireAnswers(answered, terminal);
    const release = wantedRelease(settings);
    terminal.say(
      `Starting a PostgreSQL of its own, with YokeFlow ${demoRelease} and some months of sample projects ...`,
    );
    const database = await openDemoDatabase();
    try {
      return await runUpgrade('demo', database, release, answered, terminal);
    } finally {
      await database.close();
    }
  } catch (error) {
    return failure(error, { command: 'demo' });
  }
};
