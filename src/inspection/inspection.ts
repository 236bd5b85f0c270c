import type { Generation } from '../catalog/generation.js';
import type { Snapshot } from '../catalog/snapshot.js';
import type { Identity } from '../detect/identity.js';
import type { Plan } from '../planning/plan.js';
import type { Version } from '../planning/version.js';
import type { Affected } from './affected/affected.js';
import type { Finding } from './finding.js';
import type { LockHolder } from './lock-holders.js';
import type { Conditions } from './preflight-checks/conditions.js';
import type { LackingRight } from './rights.js';
import type { Route } from './route.js';
import type { SetAside } from './set-aside.js';

/** Everything that one look at a database tells. */
export interface Inspection {
  /** Of the catalog, read before all else; undefined where nobody asked. */
  readonly generation?: Generation | undefined;
  readonly snapshot: Snapshot;
  readonly identity: Identity;
  readonly version: Version;
  readonly plan: Plan;
  readonly affected: Affected;
  readonly route: Route;
  /** What the plan needs to be allowed to do, and is not. */
  readonly lackingRights: readonly LackingRight[];
  /** Who holds locks that the plan needs. */
  readonly lockHolders: readonly LockHolder[];
  /** Deep reviews that an upgrade set aside; undefined where there is no place of that name. */
  readonly setAside?: SetAside | undefined;
  /** What of the server and of the rest of the database it would meet; undefined where nobody asked. */
  readonly conditions?: Conditions | undefined;
  /** For a plan that crosses to another line: how many rows YokeFlow's tables hold, as far as that is known. */
  readonly rowsToProve?: number | undefined;
  readonly findings: readonly Finding[];
}
