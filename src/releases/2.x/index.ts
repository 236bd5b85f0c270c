import { key } from '../../catalog/keys.js';
import { release110 } from '../1.1.0/index.js';
import { release111 } from '../1.1.1/index.js';
import { release140 } from '../1.4.0/index.js';
import { release210 } from '../2.1.0/index.js';
import { release220 } from '../2.2.0/index.js';
import { base, baseTables, coreTables } from '../base/index.js';
import { withDefects } from '../define.js';
import type { Line } from '../line.js';
import type { Release, Step } from '../release.js';

/** Tables and views of 1.x that 2.1.0 has no more, or has under another name or in another shape. */
const ofFirstLine: ReadonlySet<string> = new Set([
  'tests',
  'session_quality_checks',
  'v_progress',
  'v_active_sessions',
]);

/** What 2.1.0 took away although its code goes on calling it. */
const takenAway = {
  [key.function('create_checkpoint')]: 'YF834',
  [key.table('checkpoint_recoveries')]: 'YF835',
  [key.view('v_checkpoint_recovery_history')]: 'YF835',
  [key.function('start_checkpoint_recovery')]: 'YF835',
  [key.function('complete_checkpoint_recovery')]: 'YF835',
} as const;

/** The clean-up of the quality checks is all of 1.x's that 2.x has nothing of. */
const carried: readonly Step[] = [release110, release111, release140]
  .flatMap(({ steps }) => steps)
  .filter(({ id }) => id !== 'cleanup_session_quality_checks')
  .map((step) => withDefects(step, takenAway));

/**
 * What 2.x has of 1.x, under the number of the release that the line began with: 2.0.0 is all of 1.4.0 and fourteen tables that its
 * successors dropped. It is no release to reach.
 */
const beginning: Release = { version: '2.0.0', sameSchemaAs: [], installedWhole: true, steps: carried };

const without = (tables: readonly string[]) => tables.filter((table) => !ofFirstLine.has(table));

export const secondLine: Line = {
  name: '2.x',
  releases: [beginning, release210, release220],
  base: base.filter(({ id }) => !ofFirstLine.has(id.slice(id.indexOf('.') + 1))),
  coreTables: [...without(coreTables), 'task_tests'],
  coreColumns: [
    key.column('sessions', 'session_number'),
    key.column('tasks', 'epic_id'),
    key.column('task_tests', 'task_id'),
  ],
  baseTables: [...without(baseTables), 'task_tests'],
};
