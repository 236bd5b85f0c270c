import { openDemoDatabase } from '../demo/database.js';
import { wantedRelease } from './find/locate.js';
import type { OutcomeOf } from './outcome.js';
import { runCommand, type RunContext } from './run.js';
import { upgradeOn } from './upgrade.js';

/** The upgrade on a throw-away PostgreSQL of its own. */
export function demo(context: RunContext<'demo'>): Promise<OutcomeOf<'demo'>> {
  return runCommand('demo', context, async (run) => {
    wantedRelease(run.options);
    await run.emit({ kind: 'beginning', command: 'demo' });
    const database = await openDemoDatabase();
    run.learn({ target: database.target });
    try {
      return await upgradeOn(run, database);
    } finally {
      await database.close();
    }
  });
}
