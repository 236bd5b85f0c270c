import type { Namesake } from '../../catalog/namesakes.js';
import type { Snapshot } from '../../catalog/snapshot.js';
import { searchFunctions } from './functions.js';
import { takenRecord } from './own-record.js';
import { searchParts } from './parts.js';
import { searchRelations, searchSequences } from './relations.js';
import { Search, withoutForeign } from './search.js';

/**
 * Sets apart what bears a name of YokeFlow's and plainly is not YokeFlow's, so that nothing takes it for an upgrade that was begun.
 * What tells is the kind of the object, the table that it is on, and the columns, types and arguments that releases have. Pure.
 * @param namesakes what bears the names in {@link wantedNames}
 */
export function setTakenApart(snapshot: Snapshot, namesakes: readonly Namesake[]): Snapshot {
  const search = new Search(snapshot.schema, snapshot.objects, namesakes);
  searchRelations(search);
  searchSequences(search);
  searchParts(search);
  searchFunctions(search);
  return withoutForeign(snapshot, search, [...search.taken, ...takenRecord(snapshot, namesakes)]);
}
