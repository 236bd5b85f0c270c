import type { Namesake } from '../../catalog/namesakes.js';
import type { TakenName } from '../../catalog/snapshot.js';
import { visible } from '../../inert/visible.js';
import { renameOf, whatItIs } from './words.js';

const SCHEMA = 'yokeflow_upgrade';
/** The tables that this program puts there. */
const OWN: ReadonlySet<string> = new Set(['runs', 'set_aside_deep_reviews']);

/** What the first version of the table of runs had already. */
const ALWAYS = ['operation', 'to_release'];

/** The schema of this program's record, or its table of runs, where that is not this program's. Pure. */
export function takenRecord(namesakes: readonly Namesake[]): TakenName[] {
  const inside = namesakes.filter(({ schema }) => schema === SCHEMA);
  const relations = inside.filter(({ space }) => space === 'relation');
  const runs = relations.find(({ name }) => name === 'runs');
  const forAll = { steps: null, wouldBeDropped: false };
  if (runs !== undefined) {
    const isOwn =
      runs.what === 'table' &&
      ALWAYS.every((column) => runs.columns.some(([name, type]) => name === column && type === 'text'));
    if (isOwn) return [];
    const taken = { name: `${SCHEMA}.runs`, needed: 'table', what: whatItIs(runs), rename: renameOf(runs, 'my_runs') };
    return [{ ...forAll, ...taken }];
  }
  const [first] = inside;
  if (first === undefined || relations.some(({ name }) => OWN.has(name))) return [];
  const others = inside.length > 1 ? ` and ${inside.length - 1} more` : '';
  return [
    {
      ...forAll,
      name: SCHEMA,
      needed: 'schema',
      what: `${SCHEMA} is a schema of ${visible(first.owner)}'s, with the ${first.what} ${visible(first.name)}${others}`,
      rename: `ALTER SCHEMA ${SCHEMA} RENAME TO my_${SCHEMA};`,
    },
  ];
}
