import { readNamesakes } from '../catalog/namesakes.js';
import { readCatalog } from '../catalog/read.js';
import type { Snapshot } from '../catalog/snapshot.js';
import type { Session } from '../database/session.js';
import { wantedNames } from '../planning/taken/needs.js';
import { everyRelation } from '../releases/every-relation.js';
import { setTakenApart } from '../planning/taken/taken.js';

/**
 * Reads the catalog, and sets apart what bears a name of YokeFlow's without being YokeFlow's. In one message.
 * @param schema read this schema instead of looking for YokeFlow's
 * @throws {UpgradeError} YF309 on a server whose catalog is too old to be read
 * @throws {DatabaseError} when the role may not read the catalog
 * @throws {ConnectionLost}
 */
export async function readOwn(session: Session, schema?: string): Promise<Snapshot> {
  const [snapshot, namesakes] = await Promise.all([
    readCatalog(session, everyRelation, schema),
    readNamesakes(session, wantedNames),
  ]);
  return setTakenApart(snapshot, namesakes);
}
