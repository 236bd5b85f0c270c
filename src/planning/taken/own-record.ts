import type { Namesake } from '../../catalog/namesakes.js';
import type { Snapshot, TakenName } from '../../catalog/snapshot.js';
import { visible } from '../../inert/visible.js';
import { renameOf, whatItIs } from './words.js';

const SCHEMA = 'yokeflow_upgrade';
/** The other table that this program puts there. */
const SET_ASIDE = 'set_aside_deep_reviews';

/** What the first version of the table of runs had already. */
const ALWAYS = ['operation', 'to_release'];

/**
 * The schema of this program's record, or its table of runs, where that is not this program's. What may not be written to, or is no
 * table, is left alone anyway: the run is done without a record, and says so. Pure.
 */
export function takenRecord({ mayKeepHistory }: Snapshot, namesakes: readonly Namesake[]): TakenName[] {
  if (!mayKeepHistory) return [];
  const inside = namesakes.filter(({ schema }) => schema === SCHEMA);
  const [first] = inside;
  if (first === undefined) return [];
  const relations = inside.filter(({ space }) => space === 'relation');
  const runs = relations.find(({ name }) => name === 'runs');
  if (runs !== undefined && isOwnRuns(runs)) return [];
  const isOwnSchema = relations.some(({ name }) => name === SET_ASIDE);
  if (isOwnSchema && runs === undefined) return [];
  const others = inside.length > 1 ? ` and ${inside.length - 1} more` : '';
  return [
    {
      steps: null,
      wouldBeDropped: false,
      name: runs === undefined ? SCHEMA : `${SCHEMA}.runs`,
      needed: runs === undefined ? 'schema' : 'table',
      what:
        runs === undefined
          ? `${SCHEMA} is a schema of ${visible(first.owner)}'s, with the ${first.what} ${visible(first.name)}${others}`
          : whatItIs(runs),
      // A schema with a table of somebody else's is somebody else's, unless deep reviews were set aside in it.
      rename:
        isOwnSchema && runs !== undefined
          ? renameOf(runs, 'my_runs')
          : `ALTER SCHEMA ${SCHEMA} RENAME TO my_${SCHEMA};`,
    },
  ];
}

const isOwnRuns = ({ columns }: Namesake) =>
  ALWAYS.every((column) => columns.some(([name, type]) => name === column && type === 'text'));
