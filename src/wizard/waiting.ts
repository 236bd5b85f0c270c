import type { Settings } from '../commands/settings.js';
import type { Terminal } from '../terminal.js';
import type { Patience } from '../upgrade/patience.js';
import type { Listener } from '../upgrade/progress.js';

/** What `--lock-timeout` and `--wait` say. */
export const patienceOf = ({ lockTimeout, wait }: Pick<Settings, 'lockTimeout' | 'wait'>): Patience => ({ lockTimeoutMs: lockTimeout, waitMs: wait * 1000 });

/** For waits that nobody needs to be able to cancel: nothing is at stake, and a signal ends the whole command. */
export const uninterrupted = new AbortController().signal;

/** Says who is in the way, where there is no task list to say it. */
export const tellWaiting = (terminal: Terminal): Listener => (progress) => {
  if (progress.phase !== 'waiting') return;
  if (terminal.tell) terminal.tell({ event: 'waiting', reason: progress.reason });
  else terminal.say(`  waiting: ${progress.reason}`);
};
